import { expect, it } from 'vitest';
import { DueReading } from '../../../../src/shared/runs/watch/due-reading.ts';
import { readSingleRun } from '../../../../src/shared/runs/watch/read-watched-run.ts';
import { NO_EXPERIENCE } from '../../../../src/shared/domain/watch-experience.ts';
import { VirtualGateway } from '../../../support/virtual-gateway.ts';
import { sampleRun } from '../../ledger/sample-run.ts';

it.each([null, 60_000])(
  'takes what it has read of a run for no end of the repair that was submitted meanwhile (%s ms after it)',
  async (repairedAfterMs) => {
    const { context, hub, workspace } = new VirtualGateway();
    const submittedAtMs = hub.nowMs;
    const runId = String(workspace.add('ended', -1_000).runId);
    const record = {
      ...sampleRun({ id: 'a'.repeat(32), createdAtMs: submittedAtMs }),
      runId,
      attempt: 2,
      status: repairedAfterMs === null ? ('queued' as const) : ('running' as const),
      submittedAtMs: repairedAfterMs === null ? null : submittedAtMs + repairedAfterMs,
      completedAtMs: null,
    };
    await context.ledger.create(record, { bodyHash: 'hash', body: '{}' });
    const key = { id: record.id, createdAtMs: record.createdAtMs };
    const times = { submittedAtMs, startedAtMs: null, notifiedAtMs: null, recordedAtMs: submittedAtMs };
    const run = { key, runId, workKey: 'work', estimate: null, started: true, seen: 'running', ...times };
    const entry = { run, dueAtMs: submittedAtMs, rowKey: 'entry' };
    const situation = { experience: NO_EXPERIENCE, untilMs: Infinity, isAwaited: false };
    const reading = new DueReading(
      { context, orchestrations: hub, workspace: context.workspace('default') },
      [entry],
      situation,
    );

    await readSingleRun(reading, run);

    expect((await context.ledger.get(key))?.record).toMatchObject({ status: record.status, completedAtMs: null });
    expect(reading.moves).toEqual([{ from: entry, to: null }]);
    expect(hub.counts.executions).toEqual({});
  },
);
