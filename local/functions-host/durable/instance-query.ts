import type { SQLInputValue } from 'node:sqlite';
import { HttpError } from '../http/http-error.ts';
import type { Instance } from './instance.ts';
import type { Store } from './store.ts';

const DEFAULT_PAGE = 100;
const MAXIMUM_PAGE = 1000;

function timeOf(text: string): number {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) throw new HttpError(400, `"${text}" is not a time`);
  return timeMs;
}

/** The SQL condition for the filters of an instance query: `createdTimeFrom`, `createdTimeTo`, `runtimeStatus`, `instanceIdPrefix`. */
export function instanceFilter(query: URLSearchParams): { where: string; values: SQLInputValue[] } {
  const conditions = ['1=1'];
  const values: SQLInputValue[] = [];
  const from = query.get('createdTimeFrom');
  if (from) {
    conditions.push('created>=?');
    values.push(timeOf(from));
  }
  const to = query.get('createdTimeTo');
  if (to) {
    conditions.push('created<=?');
    values.push(timeOf(to));
  }
  const statuses = query
    .getAll('runtimeStatus')
    .flatMap((text) => text.split(','))
    .map((text) => text.trim().toLowerCase())
    .filter(Boolean);
  if (statuses.length > 0) {
    conditions.push(`lower(status) IN (${statuses.map(() => '?').join(',')})`);
    values.push(...statuses);
  }
  const prefix = query.get('instanceIdPrefix');
  if (prefix) {
    conditions.push('substr(id,1,?)=?');
    values.push(prefix.length, prefix);
  }
  return { where: conditions.join(' AND '), values };
}

/** One page of instances, oldest first, and the token for the next one if there is more. */
export function queryInstances(
  store: Store,
  query: URLSearchParams,
  token: string | undefined,
): { page: Instance[]; next: string | undefined } {
  const { where, values } = instanceFilter(query);
  const top = Math.min(Number(query.get('top')) || DEFAULT_PAGE, MAXIMUM_PAGE);
  const after = parseToken(token);
  const rows = store.all<Instance>(
    `SELECT * FROM instances WHERE ${where} AND (created, id) > (?, ?) ORDER BY created, id LIMIT ?`,
    ...values,
    after.created,
    after.id,
    top + 1,
  );
  const page = rows.slice(0, top);
  const last = page.at(-1);
  return {
    page,
    next:
      rows.length > top && last !== undefined
        ? Buffer.from(JSON.stringify([last.created, last.id])).toString('base64url')
        : undefined,
  };
}

function parseToken(token: string | undefined): { created: number; id: string } {
  if (!token) return { created: -1, id: '' };
  try {
    const [created, id] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [number, string];
    return { created, id };
  } catch (error) {
    throw new HttpError(400, 'the continuation token is not one of ours', { cause: error });
  }
}
