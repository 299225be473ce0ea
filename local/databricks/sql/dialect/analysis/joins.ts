import { SqlError } from '../../sql-error.ts';
import type { JoinKind, Relation } from '../syntax/ast.ts';
import { castTo } from './cast.ts';
import { comparable } from './comparison.ts';
import { condition } from './conditions.ts';
import type { Expression } from './expression.ts';
import type { QueryContext } from './output.ts';
import type { AnalyzedRelation } from './analyzed-relation.ts';
import { Scope, type ScopeColumn } from './scope.ts';

type Join = Extract<Relation, { kind: 'join' }>;

const WORDS: Readonly<Record<JoinKind, string>> = {
  INNER: 'JOIN',
  CROSS: 'CROSS JOIN',
  LEFT: 'LEFT JOIN',
  RIGHT: 'RIGHT JOIN',
  FULL: 'FULL JOIN',
  SEMI: 'SEMI JOIN',
  ANTI: 'ANTI JOIN',
};

/** Two relations joined. */
export function joined(
  join: Join,
  left: AnalyzedRelation,
  right: AnalyzedRelation,
  context: QueryContext,
): AnalyzedRelation {
  const shared = join.natural ? sharedNames(left, right) : join.using;
  const columns = outerNullable(join.join, left.columns, right.columns);
  if (shared.length > 0) return joinedUsing(join, shared, left, right, context);
  const head = `${left.sql} ${WORDS[join.join]} ${right.sql}`;
  const visible = join.join === 'SEMI' || join.join === 'ANTI' ? left.columns : columns;
  if (join.on === undefined) {
    if (join.join === 'INNER' || join.join === 'CROSS')
      return { sql: `${left.sql} CROSS JOIN ${right.sql}`, columns: visible };
    return { sql: `${head} ON true`, columns: visible };
  }
  const on = condition(join.on, new Scope([...left.columns, ...right.columns], context), context.analyzer, 'ON');
  return { sql: `${join.join === 'CROSS' ? `${left.sql} JOIN ${right.sql}` : head} ON ${on}`, columns: visible };
}

function sharedNames(left: AnalyzedRelation, right: AnalyzedRelation): string[] {
  const names = new Set(right.columns.map(({ name }) => name.toLowerCase()));
  return left.columns
    .filter(({ name, hidden }) => hidden !== true && names.has(name.toLowerCase()))
    .map(({ name }) => name);
}

/** Columns of the side that may be missing. */
function outerNullable(join: JoinKind, left: readonly ScopeColumn[], right: readonly ScopeColumn[]): ScopeColumn[] {
  const missing = (columns: readonly ScopeColumn[]) => columns.map((column) => ({ ...column, nullable: true }));
  return [
    ...(join === 'RIGHT' || join === 'FULL' ? missing(left) : left),
    ...(join === 'LEFT' || join === 'FULL' ? missing(right) : right),
  ];
}

/** The columns of USING come first, once; those of the two sides are reached by their qualified names. */
function joinedUsing(
  join: Join,
  names: readonly string[],
  left: AnalyzedRelation,
  right: AnalyzedRelation,
  context: QueryContext,
): AnalyzedRelation {
  const pairs = names.map((name) => ({
    name,
    left: columnIn(left, name, 'left', context),
    right: columnIn(right, name, 'right', context),
  }));
  const conditions = pairs.map((pair) => {
    const [a, b] = comparable(pair.left, pair.right, `(${pair.name} = ${pair.name})`);
    return `${a.sql} = ${b.sql}`;
  });
  const sql = `${left.sql} ${WORDS[join.join]} ${right.sql} ON ${conditions.join(' AND ')}`;
  if (join.join === 'SEMI' || join.join === 'ANTI') return { sql, columns: left.columns };
  const isKey = ({ name }: ScopeColumn) => names.some((key) => key.toLowerCase() === name.toLowerCase());
  const merged = pairs.map(({ name, left: a, right: b }): ScopeColumn => mergedKey(join.join, name, a, b));
  const others = outerNullable(join.join, left.columns, right.columns).map((column) =>
    isKey(column) ? hiddenColumn(column) : column,
  );
  return { sql, columns: [...merged, ...others] };
}

const hiddenColumn = (column: ScopeColumn): ScopeColumn => ({ ...column, hidden: true });

function mergedKey(join: JoinKind, name: string, left: Expression, right: Expression): ScopeColumn {
  if (join === 'FULL') {
    const [a, b] = comparable(left, right, `(${left.name} = ${right.name})`);
    return { name, qualifier: [], sql: `coalesce(${a.sql}, ${b.sql})`, type: a.type, nullable: true };
  }
  const { sql, type, nullable } = join === 'RIGHT' ? right : castTo(left, left.type);
  return { name, qualifier: [], sql, type, nullable };
}

function columnIn({ columns }: AnalyzedRelation, name: string, side: string, context: QueryContext): Expression {
  const found = new Scope(columns, { common: context.common }).find([name]);
  if (found !== undefined) return found;
  throw new SqlError(
    'UNRESOLVED_USING_COLUMN_FOR_JOIN',
    '42703',
    `USING column \`${name}\` cannot be resolved on the ${side} side of the join. The ${side}-side columns: [${columns.map((column) => `\`${column.name}\``).join(', ')}].`,
  );
}
