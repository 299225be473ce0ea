import { setTimeout as sleep } from 'node:timers/promises';
import { QueueClient } from '@azure/storage-queue';
import type { Stack } from '../../local/stack.ts';
import { type Gateway, simulated } from '../../test/support/gateway.ts';
import { takeMessages } from '../../test/support/queue-messages.ts';
import { knownRuns, type RunDocument } from '../workspace-view.ts';

export interface MessagesOptions {
  messages: number;
  /** Each that comes at this distance can never be run. */
  poisonEvery: number;
  /** How often the host is killed with SIGKILL while messages are in work. */
  kills: number;
  /** A label of the runs, so that others do not count. */
  label: string;
  patienceMs: number;
  /** Whether to wait until all runs have ended, and to ask the workspace what it ran. */
  isFollowed: boolean;
  onProgress?: (text: string) => void;
}

export interface MessagesReport {
  sent: number;
  runs: number;
  poison: number;
  seconds: number;
  /** Everything that is not as it must be; empty if all is well. */
  violations: string[];
}

const QUEUE = 'run-requests';

/** What can never be run, in one way or another. */
const POISON = ['no JSON', '{"not":"a run"}', '{"template":"none"}', '{"tasks":[]}', '[1,2]'];

interface Sent {
  name: string;
  text: string;
  isPoison: boolean;
}

/**
 * Sends messages, plain and base64 in turns, kills the host while it works on them, and compares what became of them
 * with what was sent.
 */
export async function sendMessages(stack: Stack, gateway: Gateway, options: MessagesOptions): Promise<MessagesReport> {
  const { onProgress = () => {}, label, kills, patienceMs } = options;
  const queue = new QueueClient(stack.storage.connectionString, QUEUE);
  await queue.createIfNotExists();
  const startedMs = Date.now();
  const sent = sentMessages(options);
  for (let from = 0; from < sent.length; from += 32) {
    const batch = sent.slice(from, from + 32);
    await Promise.all(
      batch.map(({ text }, index) => queue.sendMessage(index % 2 === 0 ? text : Buffer.from(text).toString('base64'))),
    );
  }
  onProgress(`${sent.length} messages sent`);
  for (let kill = 1; kill <= kills; kill++) {
    // Often, so that the kill comes in the middle of it.
    await untilLeft(queue, (sent.length * (kills + 1 - kill)) / (kills + 1), { patienceMs, everyMs: 20 });
    onProgress('kill -9 of the host');
    await stack.killHost();
    await stack.startHost();
  }
  await untilLeft(queue, 0, { patienceMs, everyMs: 250 });
  const runs = options.isFollowed ? await completedRuns(gateway, label, patienceMs) : await runsOf(gateway, label);
  const due = sent.filter(({ isPoison }) => !isPoison);
  const poison = (await takeMessages(stack, `${QUEUE}-poison`, sent.length - due.length)) as PoisonEntry[];
  const known = options.isFollowed ? await knownRuns(gateway) : undefined;
  return {
    sent: sent.length,
    runs: runs.length,
    poison: poison.length,
    seconds: (Date.now() - startedMs) / 1_000,
    violations: [
      ...due.flatMap(({ name }) => countViolation(`${name}: runs`, countOf(runs, name))),
      ...(known === undefined
        ? []
        : [
            ...due.flatMap(({ name }) => countViolation(`${name}: Databricks runs`, countOf(known, name))),
            ...runs.filter(({ outcome }) => outcome !== 'succeeded').map(({ id, outcome }) => `${id}: ${outcome}`),
          ]),
      ...poison
        .filter(({ reason, message_id: id }) => !reason || !id)
        .map((entry) => `no reason: ${JSON.stringify(entry)}`),
      ...countViolation(
        'messages that are kept twice',
        new Set(poison.map(({ message_id: id }) => id)).size,
        poison.length,
      ),
      ...((await queueCount(stack, `${QUEUE}-poison`)) > 0 ? ['more is kept than can never be run'] : []),
    ],
  };
}

interface PoisonEntry {
  reason?: string;
  message_id?: string;
}

function sentMessages({ messages, poisonEvery, label }: MessagesOptions): Sent[] {
  return Array.from({ length: messages }, (_, index) => {
    const name = `${label} ${index}`;
    const isPoison = index % poisonEvery === poisonEvery - 1;
    const run = JSON.stringify({ ...simulated(0.1), run_name: name, gateway: { labels: { bench: label } } });
    return { name, isPoison, text: isPoison ? (POISON[Math.floor(index / poisonEvery) % POISON.length] ?? '') : run };
  });
}

function countOf(runs: readonly { run_name: string }[], name: string): number {
  return runs.filter((run) => run.run_name === name).length;
}

function countViolation(what: string, count: number, expected = 1): string[] {
  return count === expected ? [] : [`${what}: ${count}`];
}

async function untilLeft(
  queue: QueueClient,
  left: number,
  { patienceMs, everyMs }: { patienceMs: number; everyMs: number },
): Promise<void> {
  for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs; await sleep(everyMs)) {
    if (((await queue.getProperties()).approximateMessagesCount ?? 0) <= left) return;
  }
  throw new Error(`More than ${left} messages are left in ${queue.name}.`);
}

async function queueCount(stack: Stack, name: string): Promise<number> {
  const queue = new QueueClient(stack.storage.connectionString, name);
  return (await queue.getProperties()).approximateMessagesCount ?? 0;
}

/** All runs of the label, once they have ended. */
async function completedRuns(gateway: Gateway, label: string, patienceMs: number): Promise<RunDocument[]> {
  for (const untilMs = Date.now() + patienceMs; ; await sleep(1_000)) {
    const runs = await runsOf(gateway, label);
    if (runs.every(({ status }) => status === 'completed') || Date.now() > untilMs) return runs;
  }
}

/** All runs of the label, page by page. */
async function runsOf(gateway: Gateway, label: string): Promise<RunDocument[]> {
  const runs: RunDocument[] = [];
  let token: string | undefined;
  do {
    const page = token === undefined ? '' : `&page_token=${encodeURIComponent(token)}`;
    const answer = await gateway.get(`/api/runs?label=bench:${label}&limit=100${page}`);
    const { runs: found, next_page_token: next } = answer.body as { runs: RunDocument[]; next_page_token?: string };
    runs.push(...found);
    token = next;
  } while (token !== undefined);
  return runs;
}
