import { types } from '../../types/column-type.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import type { Expr } from '../syntax/ast.ts';
import type { Expression } from './expression.ts';

type Typed = Extract<Expr, { kind: 'typed' }>;

const DATE = /^\s*([+-]?\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ].*)?)?)?\s*$/;

function dateText(text: string): string | undefined {
  const [, year, month = '1', day = '1'] = DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  const iso = `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day) ? undefined : iso;
}

const TIME =
  /[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?|[A-Za-z]+\/[A-Za-z_/]+)?\s*$/;

/** `DATE'…'`, `TIMESTAMP'…'`. @throws {@link SqlError} INVALID_TYPED_LITERAL */
export function typedLiteral({ type: word, text }: Typed): Expression {
  const date = dateText(text);
  if (date === undefined) throw invalidLiteral(word, text);
  if (word === 'DATE')
    return {
      sql: `CAST('${date}' AS DATE)`,
      type: types.date,
      nullable: false,
      name: `DATE '${date}'`,
      constant: date,
    };
  const time = TIME.exec(text);
  if (time === null && /[T ]\d/.test(text.trim())) throw invalidLiteral(word, text);
  const [, hours = '0', minutes = '0', seconds = '0', fraction = '', zone = ''] = time ?? [];
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) throw invalidLiteral(word, text);
  const micros = fraction.slice(0, 6).replace(/0+$/, '');
  const clock = [hours, minutes, seconds].map((part) => part.padStart(2, '0')).join(':');
  const local = `${date} ${clock}${micros && `.${micros}`}`;
  if (word === 'TIMESTAMP_NTZ')
    return {
      sql: `CAST('${local}' AS TIMESTAMP)`,
      type: types.timestampNtz,
      nullable: false,
      name: `TIMESTAMP_NTZ '${local}'`,
      constant: local,
    };
  const instant = zone === '' ? local : `${inUtc(`${date}T${clock}`, zone, text)}${micros && `.${micros}`}`;
  return {
    sql: `CAST('${instant}' AS TIMESTAMPTZ)`,
    type: types.timestamp,
    nullable: false,
    name: `TIMESTAMP '${instant}'`,
    constant: instant,
  };
}

/** A time of a zone as that of UTC, in which every session stands. */
function inUtc(local: string, zone: string, text: string): string {
  const written = Date.parse(`${local}Z`);
  const instant = zone.includes('/') ? written - offsetMs(zone, written, text) : Date.parse(`${local}${suffix(zone)}`);
  return new Date(instant).toISOString().slice(0, '0000-00-00T00:00:00'.length).replace('T', ' ');
}

/** How far a region's clock is before UTC when it shows a time; the hours that a clock shows twice or never are not known here. */
function offsetMs(region: string, local: number, text: string): number {
  const [before, after] = [local - DAY_MS, local + DAY_MS].map((instant) => offsetAt(region, instant, text));
  if (before === undefined || before !== after) throw unsupported(`The time zone in TIMESTAMP '${text}'`);
  return before;
}
const DAY_MS = 86_400_000;

function offsetAt(region: string, instant: number, text: string): number {
  try {
    const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: region, dateStyle: 'short', timeStyle: 'medium' });
    return Date.parse(`${clock.format(instant).replace(' ', 'T')}Z`) - instant;
  } catch {
    throw invalidLiteral('TIMESTAMP', text);
  }
}

/** A distance from UTC as ISO 8601 has it. */
function suffix(zone: string): string {
  if (/^[A-Z]/.test(zone)) return 'Z';
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(zone) ?? [];
  return `${sign}${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}`;
}

function invalidLiteral(word: string, text: string): SqlError {
  return new SqlError(
    'INVALID_TYPED_LITERAL',
    '42604',
    `The value of the typed literal "${word}" is invalid: '${text}'.`,
  );
}
