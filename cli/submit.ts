import { randomUUID } from 'node:crypto';
import type { COMMON_OPTIONS } from './common-options.ts';
import { runSchema } from './documents.ts';
import { EXIT } from './exit-codes.ts';
import { UsageError } from './failures.ts';
import { followRun } from './follow-run.ts';
import { parseDocument, type GatewayClient } from './gateway-client.ts';
import { countOf } from './numbers.ts';
import type { Options, Values } from './options.ts';
import { jsonObject, jsonOfGiven, textsJson, type Member } from './parameters.ts';
import { reportResult } from './report-result.ts';
import type { Terminal } from './terminal.ts';

/** What of a run is for the gateway itself. */
export const GATEWAY_OPTIONS = {
  workspace: { type: 'string', value: 'NAME', help: 'The workspace, where there are several.' },
  deadline: { type: 'string', value: 'SECONDS', help: 'Cancel the run if it has not ended by then.' },
  label: { type: 'string', multiple: true, value: 'NAME=TEXT', help: 'A label. May be repeated.' },
  email: {
    type: 'string',
    multiple: true,
    value: 'ADDRESS',
    help: 'Who is written to at the end; "submitter" is you.',
  },
} as const satisfies Options;

/** How a run is submitted and waited for. */
export const SUBMIT_OPTIONS = {
  'idempotency-key': {
    type: 'string',
    value: 'TEXT',
    help: 'The same key starts no second run. (a new one each time)',
  },
  'no-wait': { type: 'boolean', help: 'Print the id of the run, and leave it.' },
  'cancel-on-interrupt': { type: 'boolean', help: 'Ctrl-C cancels the run; without this it goes on.' },
  'validate-only': { type: 'boolean', help: 'Print what the policy says, and submit nothing.' },
} as const satisfies Options;

/** The members of a body that `GATEWAY_OPTIONS` ask for. @throws {UsageError} */
export function gatewayMembers(values: Values<typeof GATEWAY_OPTIONS>): Member[] {
  const { workspace, deadline, label, email } = values;
  const members: Member[] = [
    ['workspace', jsonOfGiven(workspace)],
    ['deadline_seconds', jsonOfGiven(deadline, (text) => String(countOf('--deadline', text)))],
    ['labels', jsonOfGiven(label, (texts) => textsJson('--label', texts))],
    ['notify', jsonOfGiven(email, (addresses) => jsonObject([['email', JSON.stringify(addresses)]]))],
  ];
  return members.every(([, json]) => json === undefined) ? [] : [['gateway', jsonObject(members)]];
}

/** A request for a run, and how it is waited for. */
export interface Submission {
  client: GatewayClient;
  terminal: Terminal;
  /** Of the route, with its query. */
  path: string;
  /** JSON. */
  body: string;
  values: Values<typeof SUBMIT_OPTIONS> & Values<typeof COMMON_OPTIONS>;
}

/**
 * Submits a run once, however often that has to be tried, and follows it to its end unless it is to be left. Returns what
 * the program ends with.
 * @throws {UsageError} and what `followRun` throws
 */
export async function submit({ client, terminal, path, body, values }: Submission): Promise<number> {
  const { 'idempotency-key': key = randomUUID(), 'no-wait': isLeft = false, json: asJson = false } = values;
  const { 'validate-only': isValidated = false, 'cancel-on-interrupt': cancelsOnInterrupt = false } = values;
  if (!/^[\u0020-\u007E]{1,255}$/.test(key)) throw new UsageError('An idempotency key has 1 to 255 plain characters.');
  const query = isValidated ? `${path.includes('?') ? '&' : '?'}validate_only=true` : '';
  const headers = { 'idempotency-key': key };
  const { text } = await client.read({ method: 'POST', path: `${path}${query}`, headers, body, isRepeatable: true });
  if (isValidated) {
    terminal.stdout.write(`${text}\n`);
    return allowedBy(text) ? EXIT.done : EXIT.forbidden;
  }
  const { id } = parseDocument(runSchema, text);
  if (isLeft) {
    terminal.stdout.write(`${asJson ? text : id}\n`);
    return EXIT.done;
  }
  terminal.stderr.write(`Run ${id}\n`);
  await followRun(id, { client, terminal, cancelsOnInterrupt });
  return reportResult(id, { client, terminal, asJson });
}

function allowedBy(text: string): boolean {
  return (JSON.parse(text) as { allowed?: unknown }).allowed === true;
}
