import { types, type ColumnType } from '../../types/column-type.ts';
import { quoteString } from '../../quoting.ts';
import { castTo } from '../analysis/cast.ts';
import type { Expression } from '../analysis/expression.ts';
import { notInWarehouse, refusal } from './failures.ts';
import { scalar, type SqlFunction } from './function.ts';
import { verbatim } from './render.ts';
import { typeAt } from './typing.ts';

type Args = readonly Expression[];

const MAX_DIGITS = 18;

/** `format_number`: thousands apart, digits after the point rounded half to even. */
function formatNumber(args: Args): string {
  const digits = Number(args[1]?.constant);
  if (digits < 0) return 'CAST(NULL AS VARCHAR)';
  if (digits > MAX_DIGITS) throw notInWarehouse(`format_number with ${digits} digits`);
  const type = typeAt(args, 0);
  if (type.kind === 'double' || type.kind === 'float')
    return `CASE WHEN isnan({0}) OR isinf({0}) THEN ${refusal('format_number of NaN and Infinity')} ELSE format('${verbatim(`{:,.${digits}f}`)}', CAST({0} AS DOUBLE)) END`;
  return `spark_grouped({0} < 0, ${scaledText(type, digits)})`;
}

/** The digits of a whole number or a decimal, without a sign. */
function scaledText(type: ColumnType, digits: number): string {
  const scale = type.kind === 'decimal' ? type.scale : 0;
  if (scale <= digits)
    return `spark_scaled(abs(spark_digits_of({0})) * CAST('1e${digits - scale}' AS HUGEINT), ${digits})`;
  return `spark_scaled(abs(spark_half_even(spark_digits_of({0}), CAST('1e${scale - digits}' AS HUGEINT))), ${digits})`;
}

const DIRECTIVE = /%(?:%|(-|0)?(\d+)?(?:\.(\d+))?([sdf]))/g;

/** `format_string`: java.util.Formatter's `%s`, `%d`, `%f` of DOUBLEs and `%%`, with width, `-` and `0`. */
function formatString(args: Args): string {
  const format = String(args[0]?.constant);
  const parts: string[] = [];
  let end = 0;
  let place = 0;
  for (const match of format.matchAll(DIRECTIVE)) {
    const between = format.slice(end, match.index);
    if (between.includes('%')) throw notInWarehouse(`The format '${format}'`);
    if (between !== '') parts.push(verbatim(quoteString(between)));
    end = match.index + match[0].length;
    if (match[0] === '%%') parts.push("'%'");
    else parts.push(directive(match, args, ++place, format));
  }
  if (format.slice(end).includes('%')) throw notInWarehouse(`The format '${format}'`);
  if (end < format.length) parts.push(verbatim(quoteString(format.slice(end))));
  return parts.length === 0 ? "''" : `(${parts.join(' || ')})`;
}

function directive(
  [text, flag, width, precision, letter]: RegExpExecArray,
  args: Args,
  place: number,
  format: string,
): string {
  const argument = args[place];
  if (argument === undefined || (flag !== undefined && width === undefined))
    throw notInWarehouse(`'${text}' in the format '${format}'`);
  const value = directiveValue(letter ?? '', argument.type, place, precision);
  if (value === undefined) throw notInWarehouse(`'${text}' for ${argument.type.text} in the format '${format}'`);
  const shown = `coalesce(${value}, 'null')`;
  if (width === undefined) return shown;
  if (flag === '0') return `spark_zero_padded(${shown}, ${width})`;
  return `spark_${flag === '-' ? 'right' : 'left'}_padded(${shown}, ${width})`;
}

const TEXTS = new Set(['string', 'boolean', 'tinyint', 'smallint', 'int', 'bigint', 'double', 'float', 'void']);

function directiveValue(letter: string, { kind }: ColumnType, place: number, precision = '6'): string | undefined {
  const value = `{${place}}`;
  if (letter === 's')
    return TEXTS.has(kind)
      ? castTo({ sql: value, type: { ...types[kind as 'string'] }, nullable: true, name: '' }, types.string).sql
      : undefined;
  if (letter === 'd')
    return ['tinyint', 'smallint', 'int', 'bigint'].includes(kind) ? `CAST(${value} AS VARCHAR)` : undefined;
  if (kind !== 'double' || Number(precision) > MAX_DIGITS) return undefined;
  return `CASE WHEN isnan(${value}) OR abs(${value}) >= 1e17 THEN ${refusal('format_string of NaN and of numbers from 1e17 on')} ELSE CAST(CAST(round(CAST(CAST(${value} AS VARCHAR) AS DECIMAL(38, 20)), ${precision}) AS DECIMAL(38, ${precision})) AS VARCHAR) END`;
}

/** Numbers and values as text by formats. */
export const FORMAT_FUNCTIONS: readonly SqlFunction[] = [
  scalar('format_number', { takes: ['numeric', 'intLiteral'], returns: types.string, sql: formatNumber }, [
    ['format_number(12332.123456, 4)', '12,332.1235', 'string'],
    ['format_number(-1234567, 2)', '-1,234,567.00', 'string'],
    ['format_number(0.125, 2)', '0.12', 'string'],
    ['format_number(5.155D, 1)', '5.2', 'string', 'format_number(5.155, 1)'],
    ['format_number(12, 0)', '12', 'string'],
  ]),
  scalar(
    'format_string',
    { takes: ['stringLiteral'], more: 'any', returns: types.string, sql: formatString, nullable: false },
    [
      ["format_string('Hello World %d %s', 100, 'days')", 'Hello World 100 days', 'string'],
      ["printf('%05d|%-4s|%4s|%%', -42, 'a', true)", '-0042|a   |true|%', 'string'],
      ["format_string('%.2f', 1.005D)", '1.01', 'string', 'format_string(%.2f, 1.005)'],
      ["format_string('%s', NULL)", 'null', 'string'],
    ],
    { aliases: ['printf'] },
  ),
];
