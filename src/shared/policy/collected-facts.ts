import type { RunRequest } from '../domain/run-request.ts';
import type { FieldCover } from './body-fields.ts';
import { type Body, domainOf, given, objectOf, wholeNumber } from './body-values.ts';
import { FieldUses } from './field-uses.ts';
import type { RunFacts } from './run-facts.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] };

/** The facts while they are collected. */
export type Facts = Mutable<Omit<RunFacts, 'fields' | 'powers'>> & { uses: FieldUses };

/** A body for Databricks, with what is asked of the gateway besides. */
export interface AskedRun {
  readonly request: Pick<RunRequest, 'target' | 'deadlineMs' | 'labels' | 'notify'>;
  /** The value that the text for Databricks is written from, so that both say the same. */
  readonly body: Body;
}

/** What is known of a run before its tasks are looked at. */
export function emptyFacts(request: AskedRun['request'], body: Body): Facts {
  return {
    target: request.target,
    taskTypes: [],
    code: [],
    jobs: [],
    clusters: [],
    newClusters: [],
    serverless: [],
    uses: new FieldUses(),
    timeoutSeconds: timeoutOf(request, body),
    labels: request.labels,
    tags: objectOf(body['tags']),
    emails: [],
    callbackUrl: request.notify?.channels.find(({ name }) => name === 'callback')?.target ?? null,
  };
}

/** The gateway cancels the run at its deadline, so that bounds it as well. 0 is no limit at Databricks. */
function timeoutOf({ target, deadlineMs }: AskedRun['request'], body: Body): number | null {
  const ownLimit = target.kind === 'submit' ? (wholeNumber(body['timeout_seconds']) ?? 0) : 0;
  const seconds = Math.min(ownLimit > 0 ? ownLimit : Infinity, deadlineMs === null ? Infinity : deadlineMs / 1_000);
  return Number.isFinite(seconds) ? seconds : null;
}

/** Notes every field that is given. `prefix`: what its long name begins with. */
export function readFields(
  { uses }: Pick<Facts, 'uses'>,
  holder: Body,
  known: Readonly<Record<string, FieldCover>>,
  place: string,
  besides: readonly string[] = [],
  prefix = '',
): void {
  for (const key of Object.keys(holder)) {
    if (!given(holder[key]) || besides.includes(key)) continue;
    const cover = (Object.hasOwn(known, key) ? known[key] : undefined) ?? 'unknown';
    uses.add({ key, name: `${prefix}${key}`, place: `${place}${key}`, cover });
  }
}

/** Notes a use that has power by what stands in it. */
export function notePower(facts: Facts, name: string, place: string): void {
  facts.uses.add({ key: name.split('.').at(-1) ?? name, name, place, cover: 'power' });
}

/** Notes somebody who is written to; null where the address is unknown. */
export function noteEmail(facts: Facts, address: string | null, place: string): void {
  facts.emails.push({ address, domain: domainOf(address), place });
}
