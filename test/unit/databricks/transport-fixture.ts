import { MockAgent } from 'undici';
import { createJobsClient } from '../../../src/shared/databricks/jobs.ts';
import type { TokenProvider } from '../../../src/shared/databricks/token.ts';
import { createTransport } from '../../../src/shared/databricks/transport.ts';
import { createLog, type LogRecord } from '../../../src/shared/telemetry/log.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';
import { manualClock } from './manual-clock.ts';

export const HOST = 'https://adb-1.azuredatabricks.net';

/** Hands out the tokens in turn as each is dropped; the last one stays. */
export function tokensInTurn(...tokens: string[]): TokenProvider & { dropped: string[] } {
  const dropped: string[] = [];
  return {
    dropped,
    getToken: async () => ({ token: tokens[0] ?? 'none', expiresAtMs: Number.POSITIVE_INFINITY }),
    drop: (token) => {
      dropped.push(token);
      if (tokens.length > 1 && tokens[0] === token) tokens.shift();
    },
  };
}

export function startTransport(options: { tokens?: TokenProvider; random?: number } = {}) {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const clock = manualClock();
  const records: LogRecord[] = [];
  const calls: string[] = [];
  const transport = createTransport({
    host: HOST,
    tokens: options.tokens ?? tokensInTurn('planted-token'),
    log: createLog({ sink: (record) => records.push(record), redactor: createRedactor() }),
    dispatcher: async () => agent,
    onCall: (operation, status) => calls.push(`${operation} ${status}`),
    now: clock.now,
    sleep: clock.sleep,
    random: () => options.random ?? 0.5,
  });
  return { agent, workspace: agent.get(HOST), clock, records, calls, transport, jobs: createJobsClient(transport) };
}
