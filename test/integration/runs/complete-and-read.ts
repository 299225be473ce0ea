import { completeRun } from '../../../src/shared/runs/steps/complete-run.ts';
import { resultChunks } from '../../../src/shared/runs/results/run-result.ts';
import { documentOf, endedRun, openContext } from './ended-run.ts';
import { MemoryOrchestrations } from '../../support/memory-orchestrations.ts';

/* Closes a run of many tasks and reads its result, in a process whose heap is limited; says how large the result is. */
const [connectionString = '', workspaceUrl = '', tasks = ''] = process.argv.slice(2);
const context = openContext(connectionString, workspaceUrl);
const taskRunIds = Array.from({ length: Number(tasks) }, (_, index) => String(index + 1));
const run = await endedRun(context, taskRunIds);
await completeRun(
  context,
  { key: run, attempt: 1, end: { outcome: 'succeeded', failure: null }, final: false },
  new MemoryOrchestrations(),
);
let bytes = 0;
const chunks = resultChunks(context.archive, await documentOf(context, run), new AbortController().signal);
for await (const chunk of chunks) bytes += chunk.length;
console.log(bytes);
process.exit(0);
