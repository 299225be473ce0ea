import { macroFunctions, macroName } from './macros.ts';
import { parseDatabricks, type Node } from './polyglot.ts';
import { call, identifier, literalOf, stringLiteral, type Rules } from './rewrite.ts';
import { sessionFunctions } from './session-functions.ts';

type Body = Record<string, unknown>;
interface DataType {
  data_type: string;
  precision?: number | null;
}

const macro = (name: string, ...args: unknown[]): Node => call(macroName(name), ...args);
const number = (value: string): Node => ({ literal: { literal_type: 'number', value } });
const cast = (operand: unknown, to: unknown): Node => ({
  cast: { this: operand, to, trailing_comments: [], double_colon_syntax: false },
});
const decimalType = (precision: number, scale: number) => ({ data_type: 'decimal', precision, scale });
const timestampType = { data_type: 'timestamp', precision: null, timezone: false };

/** A number with a point, or too long for BIGINT, is a DECIMAL of just its digits. */
function decimalOf(value: string) {
  const [whole = '', fraction = ''] = value.replace(/^0+(?=\d)/, '').split('.');
  const precision = Math.min(38, Math.max(1, whole.length + fraction.length));
  return decimalType(precision, Math.min(fraction.length, precision));
}

/** Types whose casts mean something else in DuckDB, by the macro that does it as Spark does. */
const castMacros: Record<string, string> = {
  string: 'cast_string',
  text: 'cast_string',
  tiny_int: 'cast_tinyint',
  small_int: 'cast_smallint',
  int: 'cast_int',
  big_int: 'cast_bigint',
};

const isWhole = ({ data_type }: DataType): boolean => /^(?:tiny_|small_|big_)?int$/.test(data_type);

/** `bigint(x)` is short for a cast. */
const castFunctions: Record<string, unknown> = {
  boolean: { data_type: 'boolean' },
  tinyint: { data_type: 'tiny_int', length: null },
  smallint: { data_type: 'small_int', length: null },
  int: { data_type: 'int', length: null, integer_spelling: false },
  bigint: { data_type: 'big_int', length: null },
  float: { data_type: 'float', precision: null, scale: null, real_spelling: false },
  double: { data_type: 'double', precision: null, scale: null },
  decimal: decimalType(10, 0),
  string: { data_type: 'string', length: null },
  binary: { data_type: 'binary', length: null },
  date: { data_type: 'date' },
  timestamp: timestampType,
};

function rewriteCast(operand: unknown, to: DataType): Node | undefined {
  const literal = literalOf(operand);
  if (to.data_type === 'decimal' && typeof to.precision !== 'number')
    // `1.5BD` arrives as a cast of a number; `CAST(… AS DECIMAL)` is DECIMAL(10,0).
    return cast(operand, literal?.type === 'number' ? decimalOf(literal.value) : decimalType(10, 0));
  const name = castMacros[to.data_type];
  const isPlain = literal !== undefined && (/^\d+$/.test(literal.value) || (literal.type === 'string' && !isWhole(to)));
  return name && !isPlain ? macro(name, operand) : undefined;
}

const functions: Record<string, (args: unknown[]) => Node | undefined> = {
  // As macros, since DuckDB takes the bare words for columns of the same name.
  current_timestamp: () => macro('current_timestamp'),
  now: () => macro('current_timestamp'),
  current_date: () => macro('current_date'),
  curdate: () => macro('current_date'),
  exists: ([list, predicate]) => ({
    gt: {
      left: call('len', call('list_filter', list, predicate)),
      right: number('0'),
      left_comments: [],
      operator_comments: [],
      trailing_comments: [],
    },
  }),
  array: (args) => call('list_value', ...args),
  map: (args) => macro('map_of', listOf(args, 0), listOf(args, 1)),
  struct: (args) => call('named_struct', ...args.flatMap(namedField)),
  concat: ([first, ...rest]) => rest.reduce<Node>((left, right) => macro('concat', left, right), first as Node),
  concat_ws: ([separator, ...texts]) => {
    const lists = texts.map((text) => macro('texts', text));
    return call('array_to_string', macro('flatten', call('list_value', ...lists)), separator);
  },
  to_timestamp: ([text, format]) => cast(format ? call('to_timestamp', text, format) : text, timestampType),
  sequence: (args) => {
    const isInt = args.every((argument) => /^-?\d{1,9}$/.test(literalOf(argument)?.value ?? ''));
    const list = macro('sequence', ...args);
    return isInt ? cast(list, { data_type: 'array', element_type: castFunctions['int'], dimension: null }) : list;
  },
  transform: (args) => call('list_transform', ...args),
  aggregate: ([list, start, merge]) => call('list_reduce', list, merge, start),
  reduce: ([list, start, merge]) => call('list_reduce', list, merge, start),
  percentile_approx: ([value, share]) => call('quantile_disc', value, share),
  approx_percentile: ([value, share]) => call('quantile_disc', value, share),
  format_string: (args) => call('printf', ...args),
};

/** Every second argument, as a list: the keys or the values of a map. */
function listOf(args: unknown[], from: 0 | 1): Node {
  return call('list_value', ...args.filter((_, index) => index % 2 === from));
}

function namedField(argument: unknown, index: number): [name: Node, value: unknown] {
  const node = argument as { alias?: { this: unknown; alias: { name: string } }; column?: { name: { name: string } } };
  if (node.alias) return [stringLiteral(node.alias.alias.name), node.alias.this];
  return [stringLiteral(node.column?.name.name ?? `col${index + 1}`), argument];
}

/** `'1-2' YEAR TO MONTH` and `'1 02:03:04.5' DAY TO SECOND`, which DuckDB does not read. */
function spanInterval(text: string): Node | undefined {
  const months = /^\s*([+-]?)(\d+)-(\d+)\s*$/.exec(text);
  if (months) return call('to_months', number(`${months[1]}${Number(months[2]) * 12 + Number(months[3])}`));
  const time = /^\s*([+-]?)(?:(\d+)\s+)?(\d+)(?::(\d+))?(?::(\d+)(?:\.(\d{1,9}))?)?\s*$/.exec(text);
  if (!time) return undefined;
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = time;
  const wholeSeconds = ((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  const micros = wholeSeconds * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
  return call('to_microseconds', number(`${sign}${micros}`));
}

/** `FROM VALUES (…)` without an alias has columns `col1`, `col2`, … */
function namedValues({ values }: { values: Body }): Node {
  const [first] = values['expressions'] as { expressions: unknown[] }[];
  if (values['alias'] || !first) return { values };
  const columns = first.expressions.map((_, index) => identifier(`col${index + 1}`));
  return { values: { ...values, alias: identifier('values'), column_aliases: columns } };
}

/** `FROM range(…)` has a column `id`, and may name a number of partitions. */
function rangeTable(item: unknown): unknown {
  if ('values' in (item as Node)) return namedValues(item as { values: Body });
  const node = item as { alias?: Body; function?: { name?: unknown; args: unknown[] } };
  const source = (node.alias?.['this'] ?? node) as { function?: { name?: unknown; args: unknown[] } };
  if (String(source.function?.name).toLowerCase() !== 'range') return item;
  const unnamed = {
    alias: identifier('range'),
    pre_alias_comments: [],
    trailing_comments: [],
    alias_explicit_as: true,
  };
  const columns = (node.alias?.['column_aliases'] ?? []) as unknown[];
  return {
    alias: {
      ...(node.alias ?? unnamed),
      this: call('range', ...(source.function?.args ?? []).slice(0, 3)),
      column_aliases: columns.length > 0 ? columns : [identifier('id')],
    },
  };
}

/** The translator reads no list of columns before a LATERAL VIEW. */
function inSubquery(item: unknown): unknown {
  const table = rangeTable(item) as { alias?: Body };
  if (table === item || !table.alias) return item;
  const outer = parseDatabricks('SELECT 1 FROM (SELECT * FROM source) AS alias')[0] as {
    select: { from: { expressions: { subquery: Body & { this: { select: { from: Body } } } }[] } };
  };
  const subquery = outer.select.from.expressions[0]?.subquery;
  if (!subquery) return item;
  const { select } = subquery.this;
  return {
    subquery: {
      ...subquery,
      alias: table.alias['alias'],
      this: { select: { ...select, from: { ...select.from, expressions: [table] } } },
    },
  };
}

const unquoted = (alias: Body): Body => ({ ...alias, quoted: false });

/** Nodes of one argument that are a macro's call. */
const unary = (name: string) => (body: Body) => macro(name, body['this']);
const binary = (name: string) => (body: Body) => macro(name, body['this'], body['expression']);

/** A division by a literal other than zero cannot fail. */
function isNonZero(node: unknown): boolean {
  const literal = literalOf(node);
  return literal?.type === 'number' && Number(literal.value) !== 0;
}

/** Where a word-for-word translation would mean something else. */
export const expressionRules: Rules = {
  try_cast: (body) => {
    const operand = isWhole(body['to'] as DataType) ? macro('try_whole_input', body['this']) : body['this'];
    return { try_cast: { ...body, this: macro('try_input', operand) } };
  },
  cast: (body) => rewriteCast(body['this'], body['to'] as DataType),
  literal: (body) => {
    const literal = literalOf({ literal: body });
    if (literal?.type === 'timestamp') return cast(stringLiteral(literal.value), timestampType);
    if (literal?.type === 'number' && /^\d{19,}$/.test(literal.value) && BigInt(literal.value) >= 2n ** 63n)
      return cast(stringLiteral(literal.value), decimalOf(literal.value));
    return undefined;
  },
  interval: (body) => {
    const unit = body['unit'] as { type?: string } | null;
    const text = literalOf(body['this']);
    if (!text) return { interval: { ...body, this: { paren: { this: body['this'], trailing_comments: [] } } } };
    return unit?.type === 'span' ? spanInterval(text.value) : undefined;
  },
  div: (body) => (isNonZero(body['right']) ? undefined : macro('div', body['left'], body['right'])),
  mod: (body) => (isNonZero(body['right']) ? undefined : macro('mod', body['left'], body['right'])),
  mod_func: binary('mod'),
  int_div: binary('int_div'),
  // The translator leaves what stands before the point as it is, unless it is an argument.
  dot: (body) => {
    const field = body['field'] as { name?: string } | undefined;
    const isName = 'column' in (body['this'] as Node) || 'dot' in (body['this'] as Node);
    return field?.name && !isName ? call('struct_extract', body['this'], stringLiteral(field.name)) : undefined;
  },
  array_except: binary('array_except'),
  array_size: unary('size'),
  cardinality: unary('size'),
  array_intersect: (body) => call('list_intersect', ...(body['expressions'] as unknown[])),
  subscript: (body) => macro('subscript', body['this'], body['index']),
  year: unary('year'),
  month: unary('month'),
  day: unary('day'),
  day_of_month: unary('day'),
  hour: unary('hour'),
  minute: unary('minute'),
  second: unary('second'),
  quarter: unary('quarter'),
  day_of_week: unary('dayofweek'),
  day_of_year: unary('dayofyear'),
  week_of_year: unary('weekofyear'),
  add_months: binary('add_months'),
  length: unary('length'),
  initcap: unary('initcap'),
  ceil: (body) => (body['decimals'] ? undefined : macro('ceil', body['this'])),
  floor: (body) => (body['scale'] ? undefined : macro('floor', body['this'])),
  element_at: binary('element_at'),
  array_position: binary('array_position'),
  array_union: binary('array_union'),
  map_contains_key: binary('map_contains_key'),
  typeof: unary('typeof'),
  concat: (body) => macro('concat', body['left'], body['right']),
  aggregate_function: (body) =>
    body['name'] === 'percentile' ? { aggregate_function: { ...body, name: 'quantile_cont' } } : undefined,
  select: (body) => {
    const from = body['from'] as { expressions: unknown[] } | null;
    const joins = body['joins'] as { this: unknown }[];
    const views = body['lateral_views'] as { table_alias: Body | null; column_aliases: Body[] }[];
    const hasViews = views.length > 0;
    return {
      select: {
        ...body,
        from: from && {
          ...from,
          expressions: from.expressions.map((item) => (hasViews ? inSubquery(item) : rangeTable(item))),
        },
        // Nor does it read quoted names in one.
        lateral_views: views.map((view) =>
          Object.assign({}, view, {
            table_alias: view.table_alias && unquoted(view.table_alias),
            column_aliases: view.column_aliases.map(unquoted),
          }),
        ),
        joins: joins.map((join) => Object.assign({}, join, { this: rangeTable(join.this) })),
      },
    };
  },
  function: (body) => {
    const name = String(body['name']).toLowerCase();
    const args = body['args'] as unknown[];
    const parameter = sessionFunctions[name];
    if (parameter && args.length === 0) return sessionParameter(parameter);
    const own = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (own) return own(args);
    const type = Object.hasOwn(castFunctions, name) && args.length === 1 ? castFunctions[name] : undefined;
    if (type) return rewriteCast(args[0], type as DataType) ?? cast(args[0], type);
    return macroFunctions.has(name) ? macro(name, ...args) : undefined;
  },
};

function sessionParameter(name: string): Node {
  return { parameter: { name, index: null, style: 'Colon', quoted: false, string_quoted: false, expression: null } };
}
