import type { RunRecord } from '../../domain/run-record.ts';
import { emailAddresses } from '../../domain/email-writer.ts';
import { idempotencyToken } from '../../domain/run-record.ts';
import { isSuccess } from '../../domain/outcome.ts';
import { parseJson, stringifyJson } from '../../json.ts';

/** Databricks takes at most so many destinations for an event. */
const MAX_DESTINATIONS = 3;

const END_EVENTS = ['on_success', 'on_failure'] as const;

/** What of the body does not stand in the record. */
interface BodyOptions {
  destinationId?: string | undefined;
  jobId?: string | undefined;
  /** Databricks is to write to those who are to get e-mail. */
  writesEmail: boolean;
}

/**
 * The body for `runs/submit` or `run-now`: the caller's, digit for digit, with the token of this attempt, the gateway's
 * notification destination, the caller's labels as tags, the addresses to write to, and leave to view the run for the
 * user who submitted it.
 */
export function databricksBody(
  record: RunRecord,
  bodyText: string,
  { destinationId, jobId, writesEmail }: BodyOptions,
): string {
  const body = parseJson(bodyText) as Record<string, unknown>;
  body['idempotency_token'] = idempotencyToken(record);
  if (record.request.target.kind === 'run_now') {
    body['job_id'] = jobId === undefined ? undefined : JSON.rawJSON(jobId);
    return stringifyJson(body);
  }
  addTags(body, record.request.labels);
  if (writesEmail) addEmail(body, record);
  if (record.viewer !== undefined) addViewer(body, record.viewer);
  if (destinationId !== undefined) addDestination(body, destinationId);
  return stringifyJson(body);
}

function addTags(body: Record<string, unknown>, labels: Readonly<Record<string, string>>): void {
  if (Object.keys(labels).length > 0) body['tags'] = { ...labels, ...asObject(body['tags']) };
}

function addEmail(body: Record<string, unknown>, { request: { notify } }: RunRecord): void {
  const addresses = emailAddresses(notify);
  if (notify === null || addresses.length === 0) return;
  const settings = asObject(body['email_notifications']);
  const add = (event: string) => {
    settings[event] = [...new Set([...asArray(settings[event]), ...addresses])];
  };
  if (notify.on.some(isSuccess)) add('on_success');
  if (notify.on.some((outcome) => !isSuccess(outcome))) add('on_failure');
  body['email_notifications'] = settings;
}

/** Whatever the caller's own list says of the user stays as it is. */
function addViewer(body: Record<string, unknown>, userName: string): void {
  const list = asArray(body['access_control_list']);
  const isListed = list.some((entry) => String(asObject(entry)['user_name']).toLowerCase() === userName.toLowerCase());
  if (isListed) return;
  body['access_control_list'] = [...list, { user_name: userName, permission_level: 'CAN_VIEW' }];
}

function addDestination(body: Record<string, unknown>, id: string): void {
  const settings = asObject(body['webhook_notifications']);
  const add = (event: string): boolean => {
    const destinations = asArray(settings[event]);
    if (destinations.some((destination) => asObject(destination)['id'] === id)) return true;
    if (destinations.length >= MAX_DESTINATIONS) return false;
    settings[event] = [...destinations, { id }];
    return true;
  };
  const toldEnds = END_EVENTS.filter((event) => add(event));
  // A run with a notification of its start is hardly polled, because one of its end will come too.
  if (toldEnds.length === END_EVENTS.length) add('on_start');
  body['webhook_notifications'] = settings;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
