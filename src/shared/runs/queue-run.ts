import type { App } from '../app.ts';
import type { Activities } from '../workflow/steps.ts';
import { currentRun } from './current-run.ts';

type Step = Activities['queue-run'];

/** Notes the place of a run that has to wait, so that its position can be told. */
export async function queueRun(app: App, { key, ticket }: Step['input']): Promise<Step['output']> {
  const { record, cancelRequestedAtMs } = await currentRun(app, key);
  await app.ledger.write({ ...record, status: 'queued', ticket });
  return { cancelRequested: cancelRequestedAtMs !== null };
}
