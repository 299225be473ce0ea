import { createCoreApi, Registrations } from '../../local/functions-host/worker/core-api.ts';
import { loadApp } from '../../local/functions-host/worker/load-app.ts';

/*
 * Loads the app in the folder that the argument names, as a worker of Azure does, and prints how long that took and what
 * the process holds then. A process of its own each time: nothing is loaded before.
 */

const api = createCoreApi(new Registrations(), () => {});
const begunMs = performance.now();
const before = process.cpuUsage();
await loadApp(process.argv[2] ?? '', api);
const loadMs = performance.now() - begunMs;
const { user, system } = process.cpuUsage(before);
process.stdout.write(
  JSON.stringify({ loadMs, cpuMs: (user + system) / 1_000, residentMb: process.memoryUsage.rss() / 2 ** 20 }),
);
process.exit(0);
