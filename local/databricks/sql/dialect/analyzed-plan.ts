import type { CatalogReader } from '../catalog/catalog-reader.ts';
import { backticked, relationName } from '../catalog/relation-name.ts';
import { tableNotFound } from '../errors.ts';
import { parametersByName, type SqlParameter } from '../engine/parameters.ts';
import type { Plan } from '../engine/plan.ts';
import type { Session } from '../engine/session.ts';
import { SqlError, unsupported } from '../sql-error.ts';
import { analyze, type AnalyzedStatement } from './analysis/analyze.ts';
import type { Table, TableReader } from './analysis/tables.ts';
import { resolveIdentifierClauses } from './commands/identifier-clause.ts';
import { parseDatabricks } from './polyglot.ts';
import { LASTING_VALUES, sessionValues } from './session-functions.ts';
import { parse, type Parsed } from './syntax/parse.ts';

/** The plan of a query or of a change of rows. @throws {@link SqlError} when the statement cannot be understood or is not for this warehouse */
export function analyzedPlan(text: string, parameters: readonly SqlParameter[]): Plan {
  const resolved = resolveIdentifierClauses(text, parameters);
  const parsed = parsedOf(resolved.text);
  const verb = parsed.statement.kind;
  const kind = verb === 'query' ? 'query' : 'change';
  return {
    kind,
    verb,
    async resolve(reader) {
      const { sql, before, after, values, columns } = await analyzed(parsed, resolved.parameters, reader);
      return {
        kind,
        verb,
        sql,
        values,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
        ...(columns === undefined ? {} : { columns }),
      };
    },
  };
}

/**
 * A view's query in DuckDB's dialect, its tables by their full names, so that it means the same wherever a session stands.
 * @throws {@link SqlError}
 */
export async function viewQuery(text: string, reader: CatalogReader): Promise<string> {
  const { sql, columns = [] } = await analyzed(parsedOf(text), [], reader, LASTING_VALUES);
  requireStorable(columns);
  return sql;
}

/** @throws {@link SqlError} 0A000 for columns of types that a table or view does not keep */
export function requireStorable(columns: NonNullable<Plan['columns']>): void {
  const lost = columns.find(({ type }) => /\bINTERVAL\b/.test(type.text));
  if (lost !== undefined) throw unsupported(`A column of the type ${lost.type.text} of a table or view`);
}

function parsedOf(text: string): Parsed {
  const parsed = parse(text);
  if (parsed !== undefined) return parsed;
  const statements = parseDatabricks(text);
  if (statements.length === 0)
    throw new SqlError('PARSE_EMPTY_STATEMENT', '42617', 'Syntax error, unexpected empty statement.');
  throw unsupported(firstWords(text));
}

async function analyzed(
  { statement, tables }: Parsed,
  parameters: readonly SqlParameter[],
  reader: CatalogReader,
  values: Readonly<Record<string, string>> = sessionValues(reader.session),
): Promise<AnalyzedStatement> {
  const found = await readTables(tables, reader);
  return analyze(statement, {
    tables: found,
    parameters: parametersByName(parameters),
    sessionValues: values,
  });
}

/** What the names of a statement stand for; a name that stands for no table may be that of a common table. */
async function readTables(names: readonly string[][], reader: CatalogReader): Promise<TableReader> {
  const found = new Map<string, Table>();
  for (const parts of names) {
    const relation = await reader.find(parts);
    if (relation === undefined) continue;
    const columns = await reader.columns(relation);
    const qualifier = [relation.catalog, relation.schema, relation.name];
    found.set(keyOf(parts), { sql: relation.source, qualifier, columns });
  }
  return (parts) => found.get(keyOf(parts)) ?? notFound(parts, reader.session);
}

const keyOf = (parts: readonly string[]): string => JSON.stringify(parts.map((part) => part.toLowerCase()));

function notFound(parts: readonly string[], session: Session): never {
  throw tableNotFound(backticked(relationName(parts, session)).replaceAll('`', ''));
}

/** A statement's first one or two keywords, for a refusal. */
function firstWords(sql: string): string {
  const words = sql.trim().split(/[\s(]+/, 2);
  return words
    .filter((word) => /^[a-z]+$/i.test(word))
    .join(' ')
    .toUpperCase();
}
