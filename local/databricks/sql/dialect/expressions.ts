import { call, literalOf, stringLiteral } from './rewrite.ts';
import type { Node } from './polyglot.ts';

type Rules = Record<string, (body: Record<string, unknown>) => Node | undefined>;

const cast = (operand: unknown, to: unknown): Node => ({
  cast: { this: operand, to, trailing_comments: [], double_colon_syntax: false },
});
const decimalType = (precision: number, scale: number): Node => ({ data_type: 'decimal', precision, scale });

/** A number with a point or too long for BIGINT is a DECIMAL of just its digits. */
function decimalOf(value: string): Node {
  const [whole = '', fraction = ''] = value.replace(/^0+(?=\d)/, '').split('.');
  const precision = Math.min(38, Math.max(1, whole.length + fraction.length));
  return decimalType(precision, Math.min(fraction.length, precision));
}

const functions: Record<string, (args: unknown[]) => Node | undefined> = {
  current_timestamp: () => call('now'),
  struct: (args) =>
    call(
      'named_struct',
      ...args.flatMap((argument, index) => {
        const { name, value } = namedField(argument, index);
        return [stringLiteral(name), value];
      }),
    ),
  sequence: (args) => call('generate_series', ...args),
};

function namedField(argument: unknown, index: number): { name: string; value: unknown } {
  const node = argument as { alias?: { this: unknown; alias: { name: string } }; column?: { name: { name: string } } };
  if (node.alias) return { name: node.alias.alias.name, value: node.alias.this };
  return { name: node.column?.name.name ?? `col${index + 1}`, value: argument };
}

/** `'1-2' YEAR TO MONTH` and `'1 02:03:04.5' DAY TO SECOND`, which DuckDB does not read. */
function spanInterval(text: string): Node | undefined {
  const months = /^\s*([+-]?)(\d+)-(\d+)\s*$/.exec(text);
  const number = (value: string): Node => ({ literal: { literal_type: 'number', value } });
  if (months) return call('to_months', number(`${months[1]}${Number(months[2]) * 12 + Number(months[3])}`));
  const time = /^\s*([+-]?)(?:(\d+)\s+)?(\d+)(?::(\d+))?(?::(\d+)(?:\.(\d{1,9}))?)?\s*$/.exec(text);
  if (!time) return undefined;
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = time;
  const wholeSeconds = ((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  const micros = wholeSeconds * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
  return call('to_microseconds', number(`${sign}${micros}`));
}

/** `FROM range(…)` has a column `id` and may name a number of partitions. */
function rangeTable(item: unknown): unknown {
  const node = item as { alias?: Record<string, unknown>; function?: { name?: unknown; args: unknown[] } };
  const source = (node.alias?.['this'] ?? node) as { function?: { name?: unknown; args: unknown[] } };
  if (String(source.function?.name).toLowerCase() !== 'range') return item;
  const named = identifier('range');
  const alias = node.alias ?? {
    alias: named,
    column_aliases: [],
    pre_alias_comments: [],
    trailing_comments: [],
    alias_explicit_as: true,
  };
  const columns = alias['column_aliases'] as unknown[];
  return {
    alias: {
      ...alias,
      this: call('range', ...(source.function?.args ?? []).slice(0, 3)),
      column_aliases: columns.length > 0 ? columns : [identifier('id')],
    },
  };
}

const identifier = (name: string) => ({ name, quoted: true, trailing_comments: [], span: null });

/** Where a word-for-word translation would mean something else. */
export const expressionRules: Rules = {
  try_cast: (body) => ({ try_cast: { ...body, this: call('try_input', body['this']) } }),
  cast: (body) => {
    const to = body['to'] as { data_type?: string; precision?: number };
    const operand = literalOf(body['this']);
    if (to.data_type !== 'decimal' || typeof to.precision === 'number') return undefined;
    // `1.5BD` reaches us as a cast of a number; `CAST(… AS DECIMAL)` is DECIMAL(10,0).
    return cast(body['this'], operand?.type === 'number' ? decimalOf(operand.value) : decimalType(10, 0));
  },
  literal: (body) => {
    const literal = literalOf({ literal: body });
    if (literal?.type === 'timestamp')
      return cast(stringLiteral(literal.value), { data_type: 'timestamp', precision: null, timezone: false });
    if (literal?.type === 'number' && /^\d{19,}$/.test(literal.value) && BigInt(literal.value) >= 2n ** 63n)
      return cast(stringLiteral(literal.value), decimalOf(literal.value));
    return undefined;
  },
  interval: (body) => {
    const unit = body['unit'] as { type?: string } | null;
    const text = literalOf(body['this']);
    return unit?.type === 'span' && text ? spanInterval(text.value) : undefined;
  },
  select: (body) => {
    const from = body['from'] as { expressions: unknown[] } | null;
    const joins = body['joins'] as { this: unknown }[];
    return {
      select: {
        ...body,
        from: from && { ...from, expressions: from.expressions.map(rangeTable) },
        joins: joins.map((join) => ({ ...join, this: rangeTable(join.this) })),
      },
    };
  },
  function: (body) => functions[String(body['name']).toLowerCase()]?.(body['args'] as unknown[]),
};
