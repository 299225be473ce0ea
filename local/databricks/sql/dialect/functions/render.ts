import type { Expression } from '../analysis/expression.ts';
import { notInWarehouse } from './failures.ts';
import type { Modifiers, Template } from './function.ts';

interface Rendering {
  /** The DuckDB type of the result. */
  type: string;
  modifiers: Modifiers;
  /** The function's name, for refusals. */
  name: string;
  /** Whether arguments that stand several times may be computed once, in a lambda: not around aggregates. */
  binds: boolean;
}

/** Stands for a brace that begins no place of a template. */
const BRACE = '\u0001';

/** SQL that goes into a template as it is, braces and all. */
export const verbatim = (sql: string): string => sql.replaceAll('{', BRACE);

const PLACE = /\{(\d+|\*|[a-z]+)\}/g;
/** A name, a literal or a cast of one: text that may stand several times at no cost. */
const SIMPLE = /^(?:[\w."$]+|'[^']*'|CAST\((?:[\w."$-]+|'[^']*') AS [\w (),]+\))$/;

const LITERAL = /^(?:-?\d+|'[^']*'|CAST\((?:-?[\d.]+|'[^']*') AS [\w (),]+\))$/;

/**
 * A template filled in. Arguments that stand several times, or in a lambda whose parameter may have a column's name, are
 * computed before.
 * @throws {@link SqlError} 0A000 for a modifier that has no place in it
 */
export function render(
  template: Template,
  args: readonly Expression[],
  { type, modifiers, name, binds }: Rendering,
): string {
  const text = typeof template === 'string' ? template : template(args, modifiers);
  const filled = modifierTexts(modifiers);
  for (const [place, words] of Object.entries(filled))
    if (words !== '' && !text.includes(`{${place}}`))
      throw notInWarehouse(`The function ${name} with ${words.trim().split(/[ (]/, 1).join('')}`);
  if (modifiers.within !== undefined && typeof template === 'string')
    throw notInWarehouse(`The function ${name} WITHIN GROUP`);
  const fill = (operands: readonly string[]): string =>
    text
      .replaceAll(PLACE, (whole, place: string) => {
        if (place === '*') return operands.join(', ');
        return place === 'type' ? type : (filled[place] ?? operands[Number(place)] ?? whole);
      })
      .replaceAll(BRACE, '{');
  const operands = args.map(({ sql }) => sql);
  const isBound = text.includes('lambda')
    ? operands.some((sql) => !LITERAL.test(sql))
    : operands.some((sql, index) => !SIMPLE.test(sql) && text.split(`{${index}}`).length > 2);
  if (!isBound || !binds) return fill(operands);
  const isComputed = operands.map((sql) => !LITERAL.test(sql));
  const fields = operands
    .flatMap((sql, index) => (isComputed[index] === true ? [`a${index} := ${sql}`] : []))
    .join(', ');
  const bound = fill(operands.map((sql, index) => (isComputed[index] === true ? `v.a${index}` : sql)));
  return `list_transform([struct_pack(${fields})], lambda v: ${bound})[1]`;
}

function modifierTexts({ distinct, order, ignoreNulls, filter, over }: Modifiers): Record<string, string> {
  return {
    distinct: distinct === true ? 'DISTINCT ' : '',
    order: order ? ` ${order}` : '',
    nulls: ignoreNulls === true ? ' IGNORE NULLS' : '',
    tail: [filter, over].map((part) => (part ? ` ${part}` : '')).join(''),
  };
}
