import type { ColumnType } from '../../types/column-type.ts';
import { parseExpression } from '../syntax/parse.ts';
import { StatementAnalyzer } from './statement-analyzer.ts';
import { castTo } from './cast.ts';
import { Scope } from './scope.ts';

/** DuckDB's SQL for an expression without columns in a type, as a column's DEFAULT has it. @throws SqlError */
export function constantOf(text: string, type: ColumnType): string {
  const analyzer = new StatementAnalyzer(() => ({ sql: '', qualifier: [], columns: [] }), new Map(), {});
  return castTo(analyzer.expression(parseExpression(text), new Scope([])), type).sql;
}
