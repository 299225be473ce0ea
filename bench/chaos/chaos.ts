import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { QueueClient } from '@azure/storage-queue';
import { startStack, type Stack } from '../../local/stack.ts';
import { Gateway } from '../../test/support/gateway.ts';
import { knownRuns, runDocument, type KnownRun, type RunDocument } from '../workspace-view.ts';
import { startCallbackReceiver, type CallbackReceiver } from './callback-receiver.ts';
import { chaosRuns, seededRandom, type Scenario } from './scenario.ts';

export interface ChaosOptions extends Scenario {
  /** How often the host is killed with SIGKILL. */
  kills: number;
  stormSeconds: number;
  vaultOutageSeconds: number;
  seed: number;
  /** How long after the last submit all runs must have ended. */
  patienceMs: number;
  onProgress?: (text: string) => void;
}

export interface ChaosReport {
  runs: number;
  outcomes: Record<string, number>;
  attempts: number;
  databricksRuns: number;
  notificationsDue: number;
  seconds: number;
  /** Everything that is not as it must be; empty if all is well. */
  violations: string[];
}

const FAULTS = [
  { kind: 'status', status: 503, probability: 0.1 },
  { kind: 'reset', probability: 0.05 },
  { kind: 'lost_response', probability: 0.05 },
];

/**
 * Submits runs while Databricks answers badly, then with 429 only, the vault is away and the host is killed again and
 * again; compares what the gateway says with what the workspace knows.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { onProgress = () => {} } = options;
  const random = seededRandom(options.seed);
  await using receiver = await startCallbackReceiver(0.2, random);
  await using stack = await startStack({ env: { CALLBACK_ALLOWED_HOSTS: receiver.host } });
  const gateway = new Gateway(stack);
  const startedMs = Date.now();
  for (const fault of FAULTS) await gateway.control('databricks', 'POST', 'faults', { match: {}, ...fault });

  const submitted = submitAll(gateway, options, random, receiver.url);
  await disturb(stack, gateway, options, onProgress);
  const { ids, refused } = await submitted;
  onProgress(`${ids.length} runs accepted, ${refused} submits repeated`);
  const documents = await untilCompleted(gateway, ids, options.patienceMs, onProgress);
  for (const document of documents) {
    if (document.status !== 'completed') continue;
    await untilTold(receiver, document, 60_000);
  }
  await gateway.control('databricks', 'DELETE', 'faults');
  await untilQuiet(stack, 60_000);
  const known = await knownRuns(gateway);
  const messages = await readQueue(stack);
  await stack.killHost();
  const violations = [
    ...documents.flatMap((document) => runViolations(document, known)),
    ...documents.filter(({ id }) => !messages.has(id)).map(({ id }) => `${id}: no message in the queue`),
    ...documents
      .filter((document) => isCalledBack(document) && !receiver.runIds.includes(document.id))
      .map(({ id }) => `${id}: no callback`),
    ...stuckOrchestrations(stack).map((id) => `${id}: its orchestration is stuck`),
  ];
  const strangers = known.filter((run) => !ids.some((id) => run.idempotency_token?.startsWith(id) === true));
  violations.push(...strangers.map((run) => `Databricks run ${run.run_id} belongs to nobody`));
  return {
    runs: ids.length,
    outcomes: tally(documents.map(({ outcome }) => outcome ?? 'none')),
    attempts: documents.reduce((sum, { attempt }) => sum + attempt, 0),
    databricksRuns: known.length,
    notificationsDue: documents.length + documents.filter(isCalledBack).length,
    seconds: (Date.now() - startedMs) / 1_000,
    violations,
  };
}

async function submitAll(gateway: Gateway, options: ChaosOptions, random: () => number, callbackUrl: string) {
  const ids: string[] = [];
  let refused = 0;
  const cancels: Promise<void>[] = [];
  for (const [index, { body, cancelAfterMs }] of chaosRuns(options, random, callbackUrl).entries()) {
    const headers = { 'idempotency-key': `chaos-${index}` };
    for (;;) {
      // The caller behaves as callers must: it repeats what was not answered, with the same key.
      const answer = await gateway.post('/api/runs', body, headers).catch(() => undefined);
      if (answer?.status === 202) {
        const { id } = answer.body as { id: string };
        ids.push(id);
        if (cancelAfterMs !== null) cancels.push(cancelLater(gateway, id, cancelAfterMs));
        break;
      }
      refused++;
      await sleep(200);
    }
    await sleep(random() * 60);
  }
  await Promise.all(cancels);
  return { ids, refused };
}

async function cancelLater(gateway: Gateway, id: string, afterMs: number): Promise<void> {
  await sleep(afterMs);
  for (;;) {
    const answer = await gateway.send('DELETE', `/api/runs/${id}`).catch(() => undefined);
    if (answer !== undefined && answer.status < 300) return;
    await sleep(200);
  }
}

async function disturb(
  stack: Stack,
  gateway: Gateway,
  options: ChaosOptions,
  tell: (text: string) => void,
): Promise<void> {
  await sleep(2_000);
  const storm = { match: {}, kind: 'status', status: 429, error_code: 'REQUEST_LIMIT_EXCEEDED', retry_after: 2 };
  const fault = (await gateway.control('databricks', 'POST', 'faults', storm)).body as { id: string };
  tell(`429 storm of ${options.stormSeconds} s`);
  await sleep(options.stormSeconds * 1_000);
  await gateway.control('databricks', 'DELETE', `faults/${fault.id}`);
  const killsBefore = Math.ceil(options.kills / 2);
  for (let kill = 0; kill < killsBefore; kill++) await killAndStart(stack, tell);
  tell(`vault outage of ${options.vaultOutageSeconds} s`);
  await gateway.control('vault', 'POST', 'faults', { match: {}, kind: 'status', status: 503 });
  if (options.kills > 0) await killAndStart(stack, tell);
  await sleep(options.vaultOutageSeconds * 1_000);
  await gateway.control('vault', 'DELETE', 'faults');
  for (let kill = killsBefore + 1; kill < options.kills; kill++) await killAndStart(stack, tell);
}

async function killAndStart(stack: Stack, tell: (text: string) => void): Promise<void> {
  tell('kill -9 of the host');
  await stack.killHost();
  await stack.startHost();
  await sleep(3_000);
}

/** The documents of the runs once they have ended, or as they are when the patience is over. */
async function untilCompleted(
  gateway: Gateway,
  ids: readonly string[],
  patienceMs: number,
  tell: (text: string) => void,
): Promise<RunDocument[]> {
  const untilMs = Date.now() + patienceMs;
  const documents: RunDocument[] = [];
  for (const id of ids) {
    documents.push(await lastDocument(gateway, id, untilMs));
    tell(`${documents.length} of ${ids.length} runs have ended`);
  }
  return documents;
}

async function lastDocument(gateway: Gateway, id: string, untilMs: number): Promise<RunDocument> {
  // The gateway waits for what is new, which may have come before it was asked.
  for (let headers = {}; ; headers = { prefer: 'wait=10' }) {
    const document = await runDocument(gateway, id, headers);
    if (document.status === 'completed' || Date.now() > untilMs) return document;
  }
}

async function untilTold(receiver: CallbackReceiver, document: RunDocument, patienceMs: number): Promise<void> {
  if (!isCalledBack(document)) return;
  for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs; await sleep(100)) {
    if (receiver.runIds.includes(document.id)) return;
  }
}

function isCalledBack({ run_name: name }: RunDocument): boolean {
  return Number(name.slice('chaos '.length)) % 3 === 0;
}

const OUTCOMES: Readonly<Record<string, readonly string[]>> = {
  SUCCESS: ['succeeded'],
  SUCCESS_WITH_FAILURES: ['succeeded_with_failures'],
  FAILED: ['failed'],
  TIMEDOUT: ['timed_out'],
  CANCELED: ['canceled', 'timed_out'],
};

function runViolations(document: RunDocument, known: readonly KnownRun[]): string[] {
  const { id, status, outcome, attempt, run_id: runId } = document;
  if (status !== 'completed') return [`${id}: is ${status}`];
  const runs = known.filter((run) => run.idempotency_token?.startsWith(id) === true);
  const byToken = tally(runs.map((run) => run.idempotency_token ?? ''));
  const violations = Object.entries(byToken)
    .filter(([, count]) => count > 1)
    .map(([token, count]) => `${id}: ${count} Databricks runs of the attempt ${token}`);
  if (runId === null) {
    // The last attempt never came to Databricks: taken back or overdue before.
    if (runs.length !== attempt - 1) violations.push(`${id}: ${runs.length} Databricks runs, ${attempt - 1} expected`);
    if (outcome !== 'canceled' && outcome !== 'timed_out') violations.push(`${id}: ${outcome} without a run`);
    return violations;
  }
  if (runs.length !== attempt) violations.push(`${id}: ${runs.length} Databricks runs of ${attempt} attempts`);
  const last = runs.find((run) => String(run.run_id) === runId);
  const expected = OUTCOMES[last?.result_state ?? ''] ?? [];
  if (outcome === null || !expected.includes(outcome))
    violations.push(`${id}: ${outcome}, Databricks says ${last?.result_state}`);
  return violations;
}

function stuckOrchestrations(stack: Stack): string[] {
  using database = new DatabaseSync(join(stack.dataDir, 'hub.db'), { readOnly: true });
  const open = database
    .prepare("SELECT id, status FROM instances WHERE status NOT IN ('Completed')")
    .all() as unknown as { id: string; status: string }[];
  return open.map(({ id, status }) => `${id} (${status})`);
}

/** Waits until the host has nothing more to do. */
async function untilQuiet(stack: Stack, patienceMs: number): Promise<void> {
  for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs; await sleep(500)) {
    if (stuckOrchestrations(stack).length === 0) return;
  }
}

async function readQueue(stack: Stack): Promise<Set<string>> {
  const queue = new QueueClient(stack.storage.connectionString, 'run-results');
  const ids = new Set<string>();
  for (;;) {
    const { receivedMessageItems: items } = await queue.receiveMessages({
      numberOfMessages: 32,
      visibilityTimeout: 600,
    });
    if (items.length === 0) return ids;
    for (const { messageText } of items) {
      ids.add((JSON.parse(Buffer.from(messageText, 'base64').toString()) as { id: string }).id);
    }
  }
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
