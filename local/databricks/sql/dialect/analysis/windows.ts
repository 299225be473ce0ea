import { SqlError, unsupported } from '../../sql-error.ts';
import type { FrameBound, Window } from '../syntax/ast.ts';
import type { Analyzer } from './analyzer.ts';
import type { Expression } from './expression.ts';
import { directionSql } from './order.ts';
import type { Scope } from './scope.ts';

/** A window as DuckDB has it and as Databricks prints it, or the named window. */
export function windowSql(
  over: Window | string,
  scope: Scope,
  analyzer: Analyzer,
  called: { name: string; offset?: Expression | undefined },
): { sql: string; name: string } {
  const window = typeof over === 'string' ? namedWindow(over, scope) : based(over, scope);
  const partition = window.partitionBy.map((expr) => analyzer.expression(expr, scope));
  const order = window.orderBy.map((item) => ({ item, key: analyzer.expression(item.value, scope) }));
  const frame = window.frame;
  const parts = [
    ...(partition.length > 0 ? [`PARTITION BY ${partition.map(({ sql }) => sql).join(', ')}`] : []),
    ...(order.length > 0
      ? [`ORDER BY ${order.map(({ item, key }) => `${key.sql}${directionSql(item)}`).join(', ')}`]
      : []),
    ...(frame !== undefined
      ? [
          `${frame.unit} BETWEEN ${boundSql(frame.start, frame.unit, scope, analyzer)} AND ${boundSql(frame.end, frame.unit, scope, analyzer)}`,
        ]
      : []),
  ];
  const shown = [
    ...(partition.length > 0 ? [`PARTITION BY ${partition.map(({ name }) => name).join(', ')}`] : []),
    ...(order.length > 0
      ? [`ORDER BY ${order.map(({ item, key }) => `${key.name}${directionSql(item)}`).join(', ')}`]
      : []),
    shownFrame(frame, ownFrame(called, order.length > 0), scope, analyzer),
  ];
  return { sql: `(${parts.join(' ')})`, name: `(${shown.join(' ')})` };
}

function namedWindow(name: string, scope: Scope): Window {
  const window = scope.windows.get(name.toLowerCase());
  if (window !== undefined) return based(window, scope);
  throw new SqlError(
    'MISSING_WINDOW_SPECIFICATION',
    '42P20',
    `Window specification is not defined in the WINDOW clause for \`${name}\`.`,
  );
}

function based(window: Window, scope: Scope): Window {
  if (window.base === undefined) return window;
  const base = namedWindow(window.base, scope);
  return {
    partitionBy: [...base.partitionBy, ...window.partitionBy],
    orderBy: [...base.orderBy, ...window.orderBy],
    frame: window.frame ?? base.frame,
  };
}

function boundSql(bound: FrameBound, unit: 'ROWS' | 'RANGE', scope: Scope, analyzer: Analyzer): string {
  if (bound.kind === 'current') return 'CURRENT ROW';
  if (bound.kind === 'unbounded') return `UNBOUNDED ${bound.direction}`;
  const value = analyzer.expression(bound.value, scope);
  if (typeof value.constant !== 'bigint' || value.type.kind === 'interval')
    throw unsupported('A window frame with this bound');
  if (unit === 'RANGE') throw unsupported('RANGE with a distance');
  if (value.constant < 0n) throw unsupported('A negative bound of a window frame');
  return `${value.constant} ${bound.direction}`;
}

/** The frame of a function where the window has none. @throws SqlError for a window that has to have an order */
function ownFrame({ name, offset }: { name: string; offset?: Expression | undefined }, isOrdered: boolean): string {
  const frame = Object.hasOwn(FRAMES, name) ? FRAMES[name] : undefined;
  if (frame !== undefined && !isOrdered)
    throw new SqlError(
      'WINDOW_FUNCTION_FRAME_NOT_ORDERED',
      '42601',
      `Window function \`${name}\` requires the window to be ordered. You need to add an ORDER BY clause. For example: SELECT ${name}() OVER (PARTITION BY window_partition ORDER BY window_ordering) FROM table.`,
    );
  if (frame !== undefined) return frame(typeof offset?.constant === 'bigint' ? offset.constant : 1n);
  return isOrdered
    ? 'RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW'
    : 'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING';
}

const untilHere = (): string => 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW';
const sameRank = (): string => 'RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW';
const at = (distance: bigint): string => `ROWS BETWEEN ${distance} FOLLOWING AND ${distance} FOLLOWING`;

/** Functions that need an ordered window, with the frame that Spark gives them. Source: Spark's windowExpressions.scala. */
const FRAMES: Readonly<Record<string, (offset: bigint) => string>> = {
  row_number: untilHere,
  rank: untilHere,
  dense_rank: untilHere,
  percent_rank: untilHere,
  ntile: untilHere,
  cume_dist: sameRank,
  nth_value: sameRank,
  lag: (offset) => at(-offset),
  lead: at,
};

function shownFrame(frame: Window['frame'], own: string, scope: Scope, analyzer: Analyzer): string {
  const shown = (bound: FrameBound): string => {
    if (bound.kind === 'current') return 'CURRENT ROW';
    if (bound.kind === 'unbounded') return `UNBOUNDED ${bound.direction}`;
    return `${analyzer.expression(bound.value, scope).name} ${bound.direction}`;
  };
  if (frame !== undefined) return `${frame.unit} BETWEEN ${shown(frame.start)} AND ${shown(frame.end)}`;
  return own;
}
