import type { Expr, Query } from '../syntax/ast.ts';
import type { AnalyzedQuery } from './analyzed-query.ts';
import type { Expression } from './expression.ts';
import type { Scope } from './scope.ts';
import type { TableReader } from './tables.ts';

/** Finds out what the expressions and queries of one statement mean; the parts of the analysis call each other by it. */
export interface Analyzer {
  readonly tables: TableReader;
  /** The texts that are bound to the parameters in use, by key. */
  readonly values: Record<string, string>;
  /** Values of the session, by function. */
  readonly sessionValues: Readonly<Record<string, string>>;
  /** A name in DuckDB for a relation, unlike all others of the statement. */
  relationName(): string;
  /** @throws SqlError for what Databricks refuses, 0A000 for what is not in the local warehouse */
  expression(expr: Expr, scope: Scope): Expression;
  /** An expression whose value the analysis needs, and DuckDB does not: nothing is bound for it. */
  constant(expr: Expr, scope: Scope): Expression;
  /** A query within an expression; its aggregates are its own. */
  query(query: Query, outer?: Scope): AnalyzedQuery;
  /** What a parameter stands for; its text is bound. @throws SqlError UNBOUND_SQL_PARAMETER */
  parameter(name: string): Expression;
}
