import { beforeEach, expect, it } from 'vitest';
import type { OrchestrationStatus } from '../../../../src/shared/durable/run-orchestrations.ts';
import type { StatementOrchestrations } from '../../../../src/shared/durable/statement-orchestrations.ts';
import { StatementIndex } from '../../../../src/shared/statements/record/statement-index.ts';
import type { StatementRecord, StatementText } from '../../../../src/shared/statements/record/statement-record.ts';
import { StatementStore } from '../../../../src/shared/statements/record/statement-store.ts';
import { sweepStatements } from '../../../../src/shared/statements/sweep/sweep-statements.ts';
import { createLog } from '../../../../src/shared/telemetry/log.ts';
import { createRedactor } from '../../../../src/shared/telemetry/redaction.ts';
import { openMemoryStorage, type MemoryStorage } from '../../../support/memory-storage.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 5, 1);
const ID = 'a'.repeat(32);

let nowMs: number;
let storage: MemoryStorage;
let status: OrchestrationStatus;
let asked: string[];

beforeEach(() => {
  nowMs = START;
  storage = openMemoryStorage(() => nowMs);
  status = 'active';
  asked = [];
});

const orchestrations: StatementOrchestrations = {
  async start(id) {
    asked.push(`start ${id}`);
    status = 'active';
  },
  status: async () => status,
  async terminate(id) {
    asked.push(`terminate ${id}`);
    status = 'ended';
  },
  async purge(id) {
    asked.push(`purge ${id}`);
    status = 'none';
  },
};

async function sweepAfter(durationMs: number) {
  nowMs += durationMs;
  const log = createLog({ sink: () => undefined, redactor: createRedactor() });
  const index = new StatementIndex(storage);
  return sweepStatements({ index, store: new StatementStore(storage), now: () => nowMs, log }, orchestrations, 30);
}

async function accept(changes: Partial<StatementRecord> = {}): Promise<void> {
  const record = { id: ID, createdAtMs: nowMs, deadlineAtMs: nowMs + 60 * MINUTE, completedAtMs: null, ...changes };
  await new StatementIndex(storage).addActive(record);
  await new StatementStore(storage).create({ ...record, statement: 'SELECT 1', parameters: [] } as StatementRecord &
    StatementText);
}

it('ends an orchestration that is silent long after the deadline, and starts it anew', async () => {
  await accept();

  await sweepAfter(60 * MINUTE);
  await sweepAfter(85 * MINUTE);
  expect(asked).toEqual([]);
  await sweepAfter(10 * MINUTE);
  await sweepAfter(5 * MINUTE);

  expect(asked).toEqual([`terminate ${ID}`, `start ${ID}`]);
});

it('deletes the history once the statement has ended, and reads no more of it until its retention is over', async () => {
  await accept({ completedAtMs: START + MINUTE });
  status = 'ended';

  expect(await sweepAfter(5 * MINUTE)).toMatchObject({ ended: 1, failed: 0 });
  storage.rowsRead = 0;
  expect(await sweepAfter(5 * MINUTE)).toMatchObject({ active: 0, purged: 0 });

  expect(asked).toEqual([`purge ${ID}`]);
  expect(storage.rowsRead).toBe(0);
});
