import { definition } from './dialect/definitions.ts';
import { hasIdentifierClause, resolveIdentifiers } from './dialect/identifiers.ts';
import { informationSchemaNodes } from './dialect/information-schema-nodes.ts';
import { mergeColumns } from './dialect/merge-columns.ts';
import { textCommand } from './dialect/text-commands.ts';
import { bindParameters, parseStatement, translate, type ParsedStatement } from './dialect/translate.ts';
import { duckdbTypeOf, parametersByName, type SqlParameter } from './parameters.ts';
import type { Plan, StatementKind } from './plan.ts';
import type { Session } from './session.ts';
import { unsupported } from './sql-error.ts';

const kinds: Record<string, StatementKind> = {
  select: 'query',
  values: 'query',
  union: 'query',
  intersect: 'query',
  except: 'query',
  subquery: 'query',
  insert: 'change',
  update: 'change',
  delete: 'change',
  merge: 'change',
};

const maxCachedStatements = 500;

interface CachedStatement {
  statement: ParsedStatement;
  sql?: string;
}

/** Plans statements; translations are kept, since applications repeat their statements. */
export class Planner {
  private readonly cache = new Map<string, CachedStatement>();

  /** @throws {@link SqlError} when the statement cannot be understood or is not for this warehouse */
  plan(text: string, parameters: readonly SqlParameter[], session: Session): Plan {
    const command = textCommand(text, parameters, session, (query, bound) => this.plan(query, bound, session));
    if (command) return command;
    const cached = this.cache.get(text) ?? { statement: parseStatement(text) };
    if (hasIdentifierClause(text)) cached.statement = withIdentifiers(cached.statement, parameters);
    else if (/information_schema/i.test(text)) cached.statement = withSystemViews(cached.statement, session);
    else this.remember(text, cached);
    const { statement } = cached;
    const defined = definition(statement);
    if (defined) return { ...defined, ...bindParameters(defined.sql ?? '', parameters, session) };
    const kind = kinds[statement.kind];
    if (!kind) throw unsupported(firstWords(statement.sql));
    cached.sql ??= translate(statement.node);
    const voidColumns = kind === 'query' ? voidColumnsOf(statement, parameters) : [];
    const plan = { kind, verb: statement.kind, voidColumns, ...bindParameters(cached.sql, parameters, session) };
    return statement.kind === 'merge' ? mergeColumns(plan, statement.body) : plan;
  }

  private remember(text: string, entry: CachedStatement): void {
    this.cache.delete(text);
    this.cache.set(text, entry);
    if (this.cache.size <= maxCachedStatements) return;
    const oldest = this.cache.keys().next();
    if (!oldest.done) this.cache.delete(oldest.value);
  }
}

function withIdentifiers(statement: ParsedStatement, parameters: readonly SqlParameter[]): ParsedStatement {
  const node = resolveIdentifiers(statement.node, parameters);
  return { ...statement, node, body: node[statement.kind] as Record<string, unknown> };
}

function withSystemViews(statement: ParsedStatement, session: Session): ParsedStatement {
  const node = informationSchemaNodes(statement.node, session);
  return { ...statement, node, body: node[statement.kind] as Record<string, unknown> };
}

/** The columns of a query that are the literal NULL, or a parameter that is NULL without a type, as far as their places are known. */
function voidColumnsOf({ kind, body }: ParsedStatement, parameters: readonly SqlParameter[]): number[] {
  if (kind !== 'select') return [];
  const bound = parametersByName(parameters);
  const isVoid = (expression: Record<string, unknown>): boolean => {
    const { parameter } = expression as { parameter?: { name?: string | null } };
    const value = parameter?.name ? bound.get(parameter.name.toLowerCase()) : undefined;
    return 'null' in expression || (value !== undefined && duckdbTypeOf(value) === undefined);
  };
  const expressions = body['expressions'] as Record<string, unknown>[];
  const star = expressions.findIndex((expression) => 'star' in expression);
  return expressions
    .slice(0, star < 0 ? undefined : star)
    .flatMap((expression, index) => (isVoid(aliased(expression)) ? [index] : []));
}

function aliased(expression: Record<string, unknown>): Record<string, unknown> {
  return ((expression['alias'] as { this?: unknown } | undefined)?.this ?? expression) as Record<string, unknown>;
}

/** A statement's first one or two keywords, for a refusal. */
export function firstWords(sql: string): string {
  const words = sql.trim().split(/[\s(]+/, 2);
  return words
    .filter((word) => /^[a-z]+$/i.test(word))
    .join(' ')
    .toUpperCase();
}
