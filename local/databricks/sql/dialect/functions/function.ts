import type { ColumnType } from '../../types/column-type.ts';
import type { Expression } from '../analysis/expression.ts';
import type { ParameterKind } from './parameter-kinds.ts';

/** What a function is called with: values, a group, a window, or to make rows. */
export type FunctionKind = 'scalar' | 'aggregate' | 'window' | 'generator';

/** What may stand around the arguments of an aggregate or a window function; each is DuckDB's SQL, with its keywords. */
export interface Modifiers {
  distinct?: boolean;
  /** `ORDER BY …` inside of the call. */
  order?: string;
  /** The sort keys of `WITHIN GROUP (ORDER BY …)`. */
  within?: readonly { key: Expression; descending: boolean }[];
  ignoreNulls?: boolean;
  /** `FILTER (WHERE …)`. */
  filter?: string;
  /** `OVER (…)`. */
  over?: string;
}

/**
 * DuckDB's SQL for a call. `{0}`, `{1}`, … are the arguments, `{*}` all of them, `{type}` the DuckDB type of the result.
 * Aggregates and window functions say where modifiers go: `{distinct}` and `{order}` inside of the call, `{nulls}` (IGNORE
 * NULLS) at the end inside of it, `{tail}` (FILTER and OVER) after it. A modifier without a place is refused.
 */
export type Template = string | ((args: readonly Expression[], modifiers: Modifiers) => string);

/** One way to call a function: the kinds of its arguments, and what comes of them. */
export interface Form {
  takes: readonly ParameterKind[];
  /** The kind of any further arguments. */
  more?: ParameterKind;
  /** Brings arguments that passed one by one to what they have to have in common. @throws SqlError */
  unify?: (args: readonly Expression[]) => readonly Expression[];
  returns: ColumnType | ((args: readonly Expression[]) => ColumnType);
  sql: Template;
  /** Whether the result may be NULL; unless said, when an argument may be. */
  nullable?: boolean;
  /** What a column is called after it, where that is not the function's name. */
  title?: string;
  /** Arguments that Databricks adds to the column's name. */
  shown?: readonly string[];
  /** How many of the last arguments the column's name leaves out. */
  hides?: number;
}

/** `[expression, value, type]`: the value as the Statement Execution API writes it, the type as `typeof` does; then the column's name, where it is not the expression without quotes. */
export type Example = readonly [sql: string, value: string | null, type: string, name?: string];

/** A function of the warehouse with its forms and examples. */
export interface SqlFunction {
  name: string;
  kind: FunctionKind;
  /** What a column is called after it, where that is not the function's name. */
  title?: string;
  /** What columns are called after each of several names. */
  titles?: Readonly<Record<string, string>>;
  /** The column's name, where it is no call. */
  column?: (args: readonly string[]) => string;
  /** Other names, after which columns are called. */
  aliases?: readonly string[];
  /** Other names; columns are called after the first one. */
  synonyms?: readonly string[];
  forms: readonly Form[];
  examples: readonly Example[];
}

/** The parts of a function that stand beside its forms. */
export type Naming = Pick<SqlFunction, 'title' | 'titles' | 'column' | 'aliases' | 'synonyms'>;

const listed = (forms: Form | readonly Form[]): readonly Form[] => ('takes' in forms ? [forms] : forms);

const define =
  (kind: FunctionKind) =>
  (name: string, forms: Form | readonly Form[], examples: readonly Example[], naming: Naming = {}): SqlFunction => ({
    name,
    kind,
    forms: listed(forms),
    examples,
    ...naming,
  });

/** A function of values. */
export const scalar = define('scalar');
/** A function of groups. */
export const aggregate = define('aggregate');
/** A function of windows. */
export const windowed = define('window');
