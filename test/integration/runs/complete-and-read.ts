import { completeRun } from '../../../src/shared/runs/steps/complete-run.ts';
import { resultChunks } from '../../../src/shared/runs/results/run-result.ts';
import { documentOf, endedRun, openApp } from './ended-run.ts';
import { MemoryEngine } from '../../support/memory-engine.ts';

/* Closes a run of many tasks and reads its result, in a process whose heap is limited; says how large the result is. */
const [connectionString = '', workspaceUrl = '', tasks = ''] = process.argv.slice(2);
const app = openApp(connectionString, workspaceUrl);
const taskRunIds = Array.from({ length: Number(tasks) }, (_, index) => String(index + 1));
const run = await endedRun(app, taskRunIds);
await completeRun(
  app,
  { key: run, attempt: 1, end: { outcome: 'succeeded', failure: null }, final: false },
  new MemoryEngine(),
);
let bytes = 0;
const chunks = resultChunks(app.archive, await documentOf(app, run), new AbortController().signal);
for await (const chunk of chunks) bytes += chunk.length;
console.log(bytes);
process.exit(0);
