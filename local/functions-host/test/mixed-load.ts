import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DurableCaller } from './durable-caller.ts';
import type { HostProcess } from './host-process.ts';

/** One orchestration of the torture's mixture: what to start and what must come out. */
interface Job {
  id: string;
  name: string;
  input: unknown;
  output: unknown;
}

function jobOf(index: number): Job {
  const id = `mixed-${index}`;
  const kinds: Omit<Job, 'id'>[] = [
    { name: 'helloSequence', input: {}, output: ['Hello Tokyo!', 'Hello Seattle!', 'Hello London!'] },
    { name: 'fanOut', input: { count: 12 }, output: 66 },
    { name: 'rounds', input: { rounds: 5, ms: 300 }, output: 5 },
    { name: 'countUp', input: { n: 0, until: 6 }, output: 6 },
    { name: 'parentOfCounting', input: { children: 3 }, output: 6 },
    { name: 'entityOnce', input: {}, output: 3 },
    { name: 'anyOfTimers', input: { longMs: 600_000, cancel: true }, output: 'short' },
    { name: 'waitAll', input: { ms: [50, 150, 250] }, output: [50, 150, 250] },
  ];
  const kind = kinds[index % kinds.length];
  if (!kind) throw new Error('no kind');
  return { id, ...kind };
}

/** What a torture found. All counts but `orchestrations`, `kills` and `seconds` are to be 0. */
export interface TortureResult {
  orchestrations: number;
  kills: number;
  seconds: number;
  stuck: number;
  wrong: number;
  /** Events in the database that schedule or complete the same task twice. */
  doubled: number;
  /** Rows left over in queues. */
  leftOver: number;
}

/** Starts `count` orchestrations, kills the host `kills` times at random moments meanwhile, and looks into the database at the end. */
export async function torture(
  host: HostProcess,
  count: number,
  kills: number,
  random: () => number,
): Promise<TortureResult> {
  const startedMs = performance.now();
  const durable = new DurableCaller(host);
  const jobs = Array.from({ length: count }, (_, index) => jobOf(index));
  const starting = startAll(durable, jobs);
  for (let kill = 0; kill < kills; kill++) {
    await sleep(300 + random() * 1_200);
    await host.stop('SIGKILL');
    await host.start();
  }
  await starting;
  const ended = await endAll(durable, jobs);
  const result = {
    orchestrations: count,
    kills,
    seconds: (performance.now() - startedMs) / 1000,
    stuck: ended.filter((status) => status === undefined).length,
    wrong: jobs.filter((job, index) => JSON.stringify(ended[index]) !== JSON.stringify(job.output)).length,
  };
  await host.stop();
  return { ...result, ...inspect(path.join(host.data, 'hub.db')) };
}

/** Starts every job, again where the host was killed before it responded; one that had been started then is a conflict, or done. */
async function startAll(durable: DurableCaller, jobs: Job[]): Promise<void> {
  for (const job of jobs) {
    for (;;) {
      const isKnown = await durable.webhook(`instances/${job.id}`).then(
        ({ status }) => status === 200 || status === 202,
        () => false,
      );
      if (isKnown) break;
      const isStarted = await durable.start(job.name, job.input, job.id).then(
        () => true,
        () => false,
      );
      if (isStarted) break;
      await sleep(50);
    }
  }
}

async function endAll(durable: DurableCaller, jobs: Job[]): Promise<unknown[]> {
  const outputs: unknown[] = [];
  for (const { id } of jobs) {
    const status = await durable.end(id, 60_000).catch(() => undefined);
    outputs.push(status?.runtimeStatus === 'Completed' ? status.output : undefined);
  }
  return outputs;
}

/** Looks for tasks scheduled or completed twice, and for rows left over. */
export function inspect(file: string): Pick<TortureResult, 'doubled' | 'leftOver'> {
  using database = new DatabaseSync(file, { readOnly: true });
  const doubled = database
    .prepare(
      `SELECT instance FROM history
       WHERE coalesce(event->>'TaskScheduledId', event->>'TimerId', nullif(event->>'EventId', -1)) IS NOT NULL
       GROUP BY instance, event->>'EventType', event->>'TaskScheduledId', event->>'TimerId', event->>'EventId'
       HAVING count(*) > 1`,
    )
    .all().length;
  const count = (sql: string): number => Number(database.prepare(sql).get()?.['count'] ?? -1);
  const leftOver =
    count('SELECT count(*) AS count FROM activities') +
    count('SELECT count(*) AS count FROM inbox') +
    count('SELECT count(*) AS count FROM entity_inbox') +
    count('SELECT count(*) AS count FROM entities WHERE lockedBy IS NOT NULL') +
    count("SELECT count(*) AS count FROM instances WHERE status<>'Completed'");
  return { doubled, leftOver };
}
