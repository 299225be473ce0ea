import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

const { url } = workerData as { url: string };
let worstMs = 0;
let pendingSinceMs: number | undefined;

parentPort?.on('message', () => {
  const pendingMs = pendingSinceMs === undefined ? 0 : performance.now() - pendingSinceMs;
  parentPort?.postMessage(Math.max(worstMs, pendingMs) / 1_000, []);
  worstMs = 0;
});

for (;;) {
  pendingSinceMs = performance.now();
  await fetch(url).then((response) => response.arrayBuffer());
  worstMs = Math.max(worstMs, performance.now() - pendingSinceMs);
  pendingSinceMs = undefined;
  await sleep(100);
}
