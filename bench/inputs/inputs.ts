import { Worker } from 'node:worker_threads';
import { startStack } from '../../local/stack.ts';
import type { HttpRoute } from '../../src/functions/http-trigger.ts';
import { ROUTES } from '../../src/routes.ts';
import { Gateway, SEED, simulated } from '../../test/support/gateway.ts';

/** What one body came to on one route. */
export interface InputMeasure {
  route: string;
  body: string;
  status: number;
  seconds: number;
  /** The longest that `GET /api/health` took meanwhile. */
  worstHealthSeconds: number;
  answerBytes: number;
}

const ones = (count: number) => `[${Array(count).fill('1').join()}]`;
const number = (chars: number) => `1${'0'.repeat(chars)}1`;
const object = '{"task_key":"a"}';
const objects = `[${Array(500_000).fill(object).join()}]`;

/** Names that a route knows, and one that none does. Each value stands at each of them in turn. */
const NAMES = ['x', 'tasks', 'libraries', 'parameters', 'rerun_tasks', 'gateway'];

const VALUES: Readonly<Record<string, string>> = {
  'a number of 300 KB': number(300_000),
  'an exponent of 300 KB': `1e${'9'.repeat(300_000)}`,
  '4 M elements': ones(4_000_000),
  '149,000 elements': ones(149_000),
  '290,000 numbers that no double holds': `[${Array(290_000).fill('0.300000000000000041').join()}]`,
  '10 MB of nesting': '['.repeat(10_000_000),
  '500,000 objects': objects,
  '74,000 long keys': `{${Array.from({ length: 74_000 }, (_, index) => `"${'k'.repeat(100)}${index}":1`).join()}}`,
};

const EXIT_VALUES: Readonly<Record<string, string>> = {
  'a number of 300 KB': number(300_000),
  'a number of 2 MB': number(2_000_000),
  '1 M elements': ones(1_000_000),
  '2 MB of nesting': '['.repeat(2_000_000),
  '100,000 objects': `[${Array(100_000).fill(object).join()}]`,
};

/** Sends each value at each name to every route that takes a body, and lets notebooks exit with some, while health is asked for. */
export async function measureInputs(onProgress: (measure: InputMeasure) => void): Promise<InputMeasure[]> {
  await using stack = await startStack({
    env: {
      DATABRICKS_WEBHOOK_ID: 'destination',
      DATABRICKS_WEBHOOK_USERNAME: 'user',
      DATABRICKS_WEBHOOK_PASSWORD: 'password',
    },
  });
  const gateway = new Gateway(stack);
  await using health = watchHealth(`${stack.url}/api/health`);
  const measures: InputMeasure[] = [];
  const measure = async (route: string, body: string, work: () => Promise<{ status: number; text: string }>) => {
    health.worstSeconds();
    const startedMs = performance.now();
    const { status, text } = await work();
    const seconds = (performance.now() - startedMs) / 1_000;
    const worstHealthSeconds = health.worstSeconds();
    const answerBytes = Buffer.byteLength(text);
    const measured = { route, body, status, seconds, worstHealthSeconds, answerBytes };
    measures.push(measured);
    onProgress(measured);
  };
  const known = await gateway.submit(SEED);
  const basic = `Basic ${Buffer.from('user:password').toString('base64')}`;
  for (const route of postRoutes()) {
    const path = `/api/${route.replace('{id}', known).replace('{job}', '7')}`;
    for (const [what, value] of Object.entries(VALUES)) {
      for (const name of NAMES) {
        const text = `{"notebook_task":{"notebook_path":"/x"},"statement":"SELECT 1","${name}":${value}}`;
        await measure(`POST /api/${route}`, `${name}: ${what}`, () =>
          gateway.send('POST', path, text, route.startsWith('webhooks') ? { authorization: basic } : {}),
        );
      }
    }
  }
  for (const [what, result] of Object.entries(EXIT_VALUES)) {
    await measure('the exit value of a notebook', what, async () => {
      const { outcome } = (await gateway.result(await gateway.submit(simulated(0, { result })))) as { outcome: string };
      return { status: outcome === 'succeeded' ? 200 : 0, text: '' };
    });
  }
  return measures;
}

/** The routes that take POST. */
function postRoutes(): string[] {
  return Object.values<HttpRoute>(ROUTES).flatMap(({ methods, route }) => (methods.includes('POST') ? [route] : []));
}

/** Asks for health ten times a second, in a thread of its own: this one is busy with the emulators. */
function watchHealth(url: string) {
  const shared = new Float64Array(new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT));
  const worker = new Worker(new URL('health-watcher.ts', import.meta.url), { workerData: { url, shared } });
  return {
    /** The longest answer since the last call; one that is still awaited counts for how long it has been. */
    worstSeconds(): number {
      const [worstMs = 0, pendingSinceMs = 0] = shared;
      shared[0] = 0;
      return Math.max(worstMs, pendingSinceMs === 0 ? 0 : Date.now() - pendingSinceMs) / 1_000;
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}
