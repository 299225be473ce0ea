import type { SqlParameter } from '../../engine/parameters.ts';
import type { Statement } from '../syntax/ast.ts';
import type { Analyzer } from './analyzer.ts';
import { StatementAnalyzer } from './statement-analyzer.ts';
import { deleteRows, insert, update, type AnalyzedChange } from './changes.ts';
import { merge } from './merge.ts';
import { resultQuery, type ResultQuery } from './result.ts';
import type { TableReader } from './tables.ts';

/** A statement as DuckDB runs it, and the texts that are bound. */
export interface AnalyzedStatement extends AnalyzedChange, Partial<Pick<ResultQuery, 'columns'>> {
  values: Record<string, string | null>;
}

/** A statement as DuckDB runs it. @throws SqlError for what Databricks refuses, 0A000 for what is not in the local warehouse */
export function analyze(
  statement: Statement,
  surroundings: {
    tables: TableReader;
    parameters: ReadonlyMap<string, SqlParameter>;
    sessionValues: Readonly<Record<string, string>>;
  },
): AnalyzedStatement {
  const analyzer = new StatementAnalyzer(surroundings.tables, surroundings.parameters, surroundings.sessionValues);
  const analyzed = analyzedBy(statement, analyzer);
  return { ...analyzed, values: analyzer.values };
}

function analyzedBy(statement: Statement, analyzer: Analyzer): AnalyzedChange | ResultQuery {
  switch (statement.kind) {
    case 'query':
      return resultQuery(analyzer.query(statement.query));
    case 'insert':
      return insert(statement, analyzer);
    case 'update':
      return update(statement, analyzer);
    case 'delete':
      return deleteRows(statement, analyzer);
    case 'merge':
      return merge(statement, analyzer);
  }
}
