import type { ColumnType, IntervalUnit } from '../../types/column-type.ts';

/** Operators with two operands. */
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | 'DIV'
  | '||'
  | '<<'
  | '>>'
  | '>>>'
  | '&'
  | '^'
  | '|'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '<=>'
  | 'AND'
  | 'OR';

/** An operator on numbers. */
export type ArithmeticOperator = Extract<BinaryOperator, '+' | '-' | '*' | '/' | '%' | 'DIV'>;

/** An operator with one operand. */
export type UnaryOperator = '-' | '+' | '~' | 'NOT';
/** An operator that compares with a pattern. */
export type LikeOperator = 'LIKE' | 'ILIKE' | 'RLIKE';

/** A step of a JSON path: a field (`exact` when its case counts), an element, or all elements. */
export type PathStep = { field: string; exact: boolean } | { index: number } | 'all';

/** An expression as it was written. */
export type Expr =
  | { kind: 'null' }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'number'; text: string }
  | { kind: 'string'; value: string }
  | { kind: 'bytes'; hex: string }
  | { kind: 'typed'; type: 'DATE' | 'TIMESTAMP' | 'TIMESTAMP_NTZ' | 'TIMESTAMP_LTZ'; text: string }
  | { kind: 'interval'; parts: IntervalPart[] }
  | { kind: 'parameter'; name: string }
  | { kind: 'column'; parts: string[] }
  | Star
  | { kind: 'unary'; operator: UnaryOperator; operand: Expr }
  | { kind: 'binary'; operator: BinaryOperator; left: Expr; right: Expr }
  | { kind: 'is'; operand: Expr; test: 'NULL' | 'TRUE' | 'FALSE' | 'UNKNOWN'; negated: boolean }
  | { kind: 'distinct'; left: Expr; right: Expr; negated: boolean }
  | { kind: 'between'; operand: Expr; low: Expr; high: Expr; negated: boolean }
  | { kind: 'in'; operand: Expr; list: Expr[]; negated: boolean }
  | { kind: 'inQuery'; operand: Expr; query: Query; negated: boolean }
  | { kind: 'like'; operator: LikeOperator; operand: Expr; pattern: Expr; escape: string | undefined; negated: boolean }
  | { kind: 'likeList'; operator: LikeOperator; every: boolean; operand: Expr; patterns: Expr[]; negated: boolean }
  | { kind: 'case'; operand: Expr | undefined; branches: { when: Expr; result: Expr }[]; otherwise: Expr | undefined }
  | { kind: 'cast'; operand: Expr; type: ColumnType; tolerant: boolean }
  | Call
  | { kind: 'lambda'; parameters: string[]; body: Expr }
  | { kind: 'subscript'; operand: Expr; index: Expr }
  | { kind: 'field'; operand: Expr; name: string }
  | { kind: 'path'; operand: Expr; steps: PathStep[]; name: string }
  | { kind: 'subquery'; query: Query }
  | { kind: 'exists'; query: Query }
  | { kind: 'tuple'; items: Expr[] };

/** `*`, of one relation or of all. */
export interface Star {
  kind: 'star';
  qualifier: string[];
  except: string[][];
}

/** A value and its unit, or two units. */
export interface IntervalPart {
  value: Expr;
  from: IntervalUnit | 'WEEK' | 'MILLISECOND' | 'MICROSECOND';
  to?: IntervalUnit | undefined;
}

/** An argument of a call, by position or by name. */
export interface Argument {
  /** The alias in `struct(1 AS a)`, the name in `f(a => 1)`. */
  name?: string | undefined;
  value: Expr;
}

/** A call of a function. */
export interface Call {
  kind: 'call';
  name: string[];
  args: Argument[];
  distinct: boolean;
  nulls?: 'IGNORE' | 'RESPECT' | undefined;
  filter?: Expr | undefined;
  withinGroup?: SortItem[] | undefined;
  over?: Window | string | undefined;
}

/** An expression of ORDER BY. */
export interface SortItem {
  value: Expr;
  descending: boolean;
  nullsFirst: boolean | undefined;
}

/** A window of OVER or of the WINDOW clause. */
export interface Window {
  base?: string | undefined;
  partitionBy: Expr[];
  orderBy: SortItem[];
  frame?: { unit: 'ROWS' | 'RANGE'; start: FrameBound; end: FrameBound } | undefined;
}

/** Where the frame of a window begins or ends. */
export type FrameBound =
  | { kind: 'unbounded'; direction: 'PRECEDING' | 'FOLLOWING' }
  | { kind: 'current' }
  | { kind: 'offset'; value: Expr; direction: 'PRECEDING' | 'FOLLOWING' };

/** An expression of the SELECT list. */
export interface SelectItem {
  value: Expr;
  alias?: string | undefined;
  /** `explode(m) AS (k, v)`. */
  aliases?: string[] | undefined;
}

/** The alias of a relation, and of its columns. */
export interface TableAlias {
  name: string;
  columns: string[];
}

/** How relations are joined. */
export type JoinKind = 'INNER' | 'CROSS' | 'LEFT' | 'RIGHT' | 'FULL' | 'SEMI' | 'ANTI';

/** Something of FROM. */
export type Relation =
  | { kind: 'table'; parts: string[]; alias: TableAlias | undefined }
  | { kind: 'derived'; query: Query; alias: TableAlias | undefined; lateral: boolean }
  | { kind: 'values'; rows: Expr[][]; alias: TableAlias | undefined }
  | { kind: 'function'; call: Call; alias: TableAlias | undefined; lateral: boolean }
  | {
      kind: 'join';
      join: JoinKind;
      natural: boolean;
      left: Relation;
      right: Relation;
      on: Expr | undefined;
      using: string[];
    };

/** LATERAL VIEW. */
export interface LateralView {
  outer: boolean;
  call: Call;
  table: string;
  columns: string[];
}

/** GROUP BY, grouping sets spelled out. */
export type GroupBy = { kind: 'all' } | { kind: 'sets'; sets: Expr[][]; keys: Expr[] } | { kind: 'keys'; keys: Expr[] };

/** A SELECT without what follows all of its set operations. */
export interface Select {
  kind: 'select';
  distinct: boolean;
  items: SelectItem[];
  from: Relation[];
  lateralViews: LateralView[];
  where: Expr | undefined;
  groupBy: GroupBy | undefined;
  having: Expr | undefined;
  qualify: Expr | undefined;
  windows: { name: string; window: Window }[];
}

/** What a query is made of. */
export type QueryBody =
  | Select
  | { kind: 'values'; rows: Expr[][]; alias: TableAlias | undefined }
  | { kind: 'table'; parts: string[] }
  | { kind: 'set'; operator: 'UNION' | 'INTERSECT' | 'EXCEPT'; all: boolean; left: QueryBody; right: QueryBody }
  | { kind: 'nested'; query: Query };

/** A query with its common tables, order and limits. */
export interface Query {
  with: { name: string; columns: string[]; query: Query }[];
  body: QueryBody;
  orderBy: SortItem[] | 'all' | undefined;
  orderByAll?: { descending: boolean; nullsFirst: boolean | undefined } | undefined;
  limit: Expr | undefined;
  offset: Expr | undefined;
}

/** A column and its new value. */
export interface Assignment {
  column: string[];
  value: Expr;
}

/** What a WHEN clause of MERGE does. */
export type MergeAction =
  | { kind: 'update'; assignments: Assignment[] | 'all' }
  | { kind: 'insert'; columns: string[]; values: Expr[] | 'all' }
  | { kind: 'delete' };

/** A WHEN clause of MERGE. */
export interface MergeClause {
  match: 'MATCHED' | 'NOT MATCHED' | 'NOT MATCHED BY SOURCE';
  condition: Expr | undefined;
  action: MergeAction;
}

/** A statement that the parser reads. */
export type Statement =
  | { kind: 'query'; query: Query }
  | { kind: 'insert'; table: string[]; overwrite: boolean; columns: string[]; byName: boolean; query: Query }
  | { kind: 'update'; table: string[]; alias: string | undefined; assignments: Assignment[]; where: Expr | undefined }
  | { kind: 'delete'; table: string[]; alias: string | undefined; where: Expr | undefined }
  | {
      kind: 'merge';
      table: string[];
      alias: string | undefined;
      source: Relation;
      on: Expr;
      clauses: MergeClause[];
    };
