/**
 * What a query is refused for although it acts on no table: each rule, and what falls under it. `docs/operations.md`
 * has the same list for callers.
 */
export const DENY_RULES = {
  'reaching-function': 'calls a function that reaches other systems, runs code or a model, or hands out secrets',
  'unknown-table-function': 'calls a table function that is not known',
  'computed-function': 'calls a function by a computed name',
  'file-relation': 'names files where a table stands',
  'computed-relation': 'names a table by an expression that is not followed, and may come to files',
  'table-option': 'gives a table an option other than those that choose what is read of it',
  'function-option': 'gives a function an option that names a file, or options that are no map of literals',
} as const satisfies Record<string, string>;

/** The name of a rule that refuses statements. */
export type DenyRule = keyof typeof DENY_RULES;

/** What a read does besides reading tables; each needs a rule that allows it. */
export interface Reach {
  /** The name that a rule allows it by, in lower case. */
  readonly name: string;
  /** As refusals name it. */
  readonly label: string;
  /** Why it is refused where no rule allows it. */
  readonly rule: DenyRule;
}
