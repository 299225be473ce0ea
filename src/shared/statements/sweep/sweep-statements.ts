import type { Log } from '../../telemetry/log.ts';
import type { StatementOrchestrations } from '../../durable/statement-orchestrations.ts';
import type { ActiveStatement, StatementIndex } from '../record/statement-index.ts';
import type { StatementStore } from '../record/statement-store.ts';

/** A statement this young is still being started by the request that accepted it. */
const GRACE_MS = 60_000;

/** No request takes so long to write the record of a statement that it has put into the index. */
const UNWRITTEN_MS = 60 * 60_000;

/** A living orchestration has ended its statement an hour after the deadline; this long after it, it is dead. */
const SILENT_MS = 90 * 60_000;

const MAX_PURGED_PER_SWEEP = 1_000;
const DAY_MS = 86_400_000;

/** What one sweep found and did. */
export interface StatementSweep {
  active: number;
  reattached: number;
  ended: number;
  purged: number;
  failed: number;
}

interface Sweeping {
  readonly index: StatementIndex;
  readonly store: StatementStore;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Starts the orchestration of statements that are not followed, ends one that is silent long after the deadline, so that
 * the next sweep starts it anew, deletes the history of those that have ended, and purges what is past retention with
 * its rows. Two sweeps at once do no harm.
 */
export async function sweepStatements(
  statements: Sweeping,
  orchestrations: StatementOrchestrations,
  retentionDays: number,
): Promise<StatementSweep> {
  const sweep: StatementSweep = { active: 0, reattached: 0, ended: 0, purged: 0, failed: 0 };
  for await (const active of statements.index.active()) {
    const { id, createdAtMs } = active;
    sweep.active++;
    const ageMs = statements.now() - createdAtMs;
    if (ageMs >= GRACE_MS) await tolerate(statements, sweep, id, () => look(statements, orchestrations, sweep, active));
  }
  await purge(statements, orchestrations, sweep, retentionDays);
  statements.log.info('statement_sweep.completed', { ...sweep });
  return sweep;
}

/** What fails for one statement is noted and left to the next sweep; the others are not kept waiting. */
async function tolerate(
  { log }: Sweeping,
  sweep: StatementSweep,
  id: string,
  step: () => Promise<void>,
): Promise<void> {
  await step().catch((error: unknown) => {
    sweep.failed++;
    log.warn('statement_sweep.failed', { statement: id, error });
  });
}

async function look(
  { index, store, now }: Sweeping,
  orchestrations: StatementOrchestrations,
  sweep: StatementSweep,
  { id, createdAtMs, deadlineAtMs }: ActiveStatement,
): Promise<void> {
  if ((await orchestrations.status(id)) === 'active') {
    if (now() - deadlineAtMs > SILENT_MS) await orchestrations.terminate(id);
    return;
  }
  const record = await store.find(id);
  if (record === undefined) {
    if (now() - createdAtMs > UNWRITTEN_MS) await index.removeActive(id);
  } else if (record.completedAtMs === null) {
    await orchestrations.start(id);
    sweep.reattached++;
  } else {
    // Nothing reads it any more, and the row says that there is one to delete.
    await orchestrations.purge(id);
    await index.end({ id, completedAtMs: record.completedAtMs });
    sweep.ended++;
  }
}

async function purge(
  statements: Sweeping,
  orchestrations: StatementOrchestrations,
  sweep: StatementSweep,
  retentionDays: number,
): Promise<void> {
  const { index, store, now } = statements;
  let seen = 0;
  for await (const ended of index.endedBefore(now() - retentionDays * DAY_MS)) {
    if (seen++ >= MAX_PURGED_PER_SWEEP) return;
    await tolerate(statements, sweep, ended.id, async () => {
      await orchestrations.purge(ended.id);
      await store.remove(ended.id);
      await index.removeEnded(ended);
      sweep.purged++;
    });
  }
}
