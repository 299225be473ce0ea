import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';

/** `shared`: the longest answer in ms, and since when an answer is awaited in epoch ms, or 0. */
const { url, shared } = workerData as { url: string; shared: Float64Array };

for (;;) {
  const startedMs = Date.now();
  shared[1] = startedMs;
  const response = await fetch(url);
  await response.arrayBuffer();
  shared[0] = Math.max(shared[0] ?? 0, Date.now() - startedMs);
  shared[1] = 0;
  await sleep(100);
}
