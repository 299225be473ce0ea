import type { AppContext } from '../../../src/shared/context.ts';
import { createContext } from '../../../src/shared/create-context.ts';
import type { RunRecord } from '../../../src/shared/domain/run-record.ts';
import { MemoryOrchestrations } from '../../support/memory-orchestrations.ts';
import { openMemoryStorage, type MemoryStorage } from '../../support/memory-storage.ts';

/** The time at which everything happens, epoch ms. */
export const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');

/** What an invocation says of a delivery. */
export const DETAILS = { requestId: 'invocation-1', receivedAtMs: NOW_MS, baseUrl: 'http://127.0.0.1:7071' };

/** The gateway's own code with the templates of the repository, on storage and orchestrations in memory. */
interface Receiving {
  context: AppContext;
  storage: MemoryStorage;
  orchestrations: MemoryOrchestrations;
  /** The names of the events that were logged. */
  logged: string[];
}

/** Opens it anew, with these settings besides. */
export function openReceiving(env: Record<string, string> = {}): Receiving {
  const logged: string[] = [];
  const storage = openMemoryStorage(() => NOW_MS);
  const context = createContext(
    {
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
      DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
      DATABRICKS_TOKEN: 'token',
      TEMPLATES_FILE: 'settings/templates.json',
      ...env,
    },
    { now: () => NOW_MS, sink: ({ event }) => logged.push(event), storage },
  );
  return { context, storage, orchestrations: new MemoryOrchestrations(), logged };
}

/** The runs that were accepted, the newest first. */
export async function recordsOf({ ledger }: AppContext): Promise<RunRecord[]> {
  return (await ledger.list({ limit: 100 })).runs.map(({ record }) => record);
}
