import type { RunRecord } from '../domain/run-record.ts';
import { idempotencyToken } from '../domain/run-record.ts';
import { isSuccess } from '../domain/outcome.ts';
import { parseJson, stringifyJson } from '../json.ts';

/** Databricks takes at most so many destinations for an event. */
const MAX_DESTINATIONS = 3;

/** The events that end a wait; the start is seen by polling. */
const END_EVENTS = ['on_success', 'on_failure'] as const;

/**
 * The body for `runs/submit` or `run-now`: the caller's, digit for digit, with the token of this attempt, the gateway's
 * notification destination, the caller's labels as tags and the addresses to write to. `pushed` says whether the
 * destination found room.
 */
export function databricksBody(
  record: RunRecord,
  bodyText: string,
  destinationId: string | undefined,
  jobId: string | undefined,
): { text: string; pushed: boolean } {
  const body = parseJson(bodyText) as Record<string, unknown>;
  body['idempotency_token'] = idempotencyToken(record.id, record.attempt);
  if (record.request.target.kind === 'run_now') {
    body['job_id'] = jobId === undefined ? undefined : JSON.rawJSON(jobId);
    return { text: stringifyJson(body), pushed: false };
  }
  addTags(body, record.request.labels);
  addEmail(body, record);
  const pushed = destinationId !== undefined && addDestination(body, destinationId);
  return { text: stringifyJson(body), pushed };
}

function addTags(body: Record<string, unknown>, labels: Readonly<Record<string, string>>): void {
  if (Object.keys(labels).length > 0) body['tags'] = { ...labels, ...asObject(body['tags']) };
}

function addEmail(body: Record<string, unknown>, { request, submittedBy }: RunRecord): void {
  const { notify } = request;
  if (notify === null) return;
  const addresses = notify.email.flatMap((address) => {
    if (address !== 'submitter') return [address];
    return submittedBy.name.includes('@') ? [submittedBy.name] : [];
  });
  if (addresses.length === 0) return;
  const settings = asObject(body['email_notifications']);
  const add = (event: string) => {
    settings[event] = [...new Set([...asArray(settings[event]), ...addresses])];
  };
  if (notify.on.some(isSuccess)) add('on_success');
  if (notify.on.some((outcome) => !isSuccess(outcome))) add('on_failure');
  body['email_notifications'] = settings;
}

function addDestination(body: Record<string, unknown>, id: string): boolean {
  const settings = asObject(body['webhook_notifications']);
  if (END_EVENTS.some((event) => asArray(settings[event]).length >= MAX_DESTINATIONS)) return false;
  for (const event of END_EVENTS) settings[event] = [...asArray(settings[event]), { id }];
  body['webhook_notifications'] = settings;
  return true;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
