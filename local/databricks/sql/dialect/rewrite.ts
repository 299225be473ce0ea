import type { Node } from './polyglot.ts';

export type Rules = Readonly<Record<string, Rule>>;
type Rule = (body: Record<string, unknown>) => Node | undefined;

/** Replaces nodes (objects with one key, their kind) of the tree from the leaves up; a rule that returns nothing leaves the node as it is. */
export function rewrite<T>(value: T, rules: Rules): T {
  if (Array.isArray(value)) return value.map((item: unknown) => rewrite(item, rules)) as T;
  if (value === null || typeof value !== 'object') return value;
  const copy: Node = {};
  // Quoted, so that names which are words of DuckDB's grammar (`default`) stay names; neither dialect minds case.
  if ('name' in value && 'quoted' in value && 'span' in value) return { ...value, quoted: true };
  for (const [key, child] of Object.entries(value)) copy[key] = rewrite(child, rules);
  const [kind, ...others] = Object.keys(copy);
  const rule = kind !== undefined && others.length === 0 && Object.hasOwn(rules, kind) ? rules[kind] : undefined;
  const body = kind === undefined ? undefined : copy[kind];
  if (!rule || body === null || typeof body !== 'object' || Array.isArray(body)) return copy as T;
  return (rule(body as Record<string, unknown>) ?? copy) as T;
}

export const stringLiteral = (value: string): Node => ({ literal: { literal_type: 'string', value } });
export const call = (name: string, ...args: unknown[]): Node => ({
  function: {
    name,
    args,
    distinct: false,
    trailing_comments: [],
    use_bracket_syntax: false,
    no_parens: false,
    quoted: false,
  },
});

export function literalOf(node: unknown): { type: string; value: string } | undefined {
  const literal = (node as { literal?: { literal_type?: unknown; value?: unknown } } | null)?.literal;
  return typeof literal?.value === 'string' && typeof literal.literal_type === 'string'
    ? { type: literal.literal_type, value: literal.value }
    : undefined;
}

export const identifier = (name: string) => ({ name, quoted: true, trailing_comments: [], span: null });
