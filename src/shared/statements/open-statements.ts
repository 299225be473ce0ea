import type { Transport } from '../databricks/transport.ts';
import type { Storage } from '../storage/storage.ts';
import type { Log } from '../telemetry/log.ts';
import { resultFiles } from '../sql/result-files.ts';
import { createStatementExecutionApi } from '../databricks/statement-execution-api.ts';
import type { StatementStepDependencies } from './statement-end.ts';
import { StatementIndex } from './record/statement-index.ts';
import { StatementStore } from './record/statement-store.ts';

/** What asynchronous statements work with, out of what the app has. */
export function openStatements(context: {
  storage: Storage;
  now: () => number;
  log: Log;
  workspace(name: string): { transport: Transport; config: { host: string } };
}): StatementStepDependencies & { readonly index: StatementIndex } {
  return {
    index: new StatementIndex(context.storage),
    store: new StatementStore(context.storage),
    api: (record) => createStatementExecutionApi(context.workspace(record.workspace).transport),
    files: (record) => resultFiles(context.workspace(record.workspace).config.host),
    now: context.now,
    log: context.log,
  };
}
