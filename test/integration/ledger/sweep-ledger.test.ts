import { expect, it } from 'vitest';
import { openStorage } from '../../../src/shared/storage/storage.ts';
import { SweepLedger, type SweepReport } from '../../../src/shared/ledger/sweep-ledger.ts';
import { shareStorage } from '../../support/file-storage.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);

const { connectionString } = await shareStorage();

function report(startedAtMs: number): SweepReport {
  const counts = { active: 0, reattached: 0, replaced: 0, woken: 0, histories: 0, purged: 0, failed: 0 };
  return { startedAtMs, endedAtMs: startedAtMs, ...counts, drift: {}, listedAtMs: {} };
}

it('knows the latest report, and removes old ones a hundred at a time, for two sweeps at once', async () => {
  const sweeps = new SweepLedger(openStorage({ kind: 'connection_string', connectionString }));
  for (let age = 0; age < 130; age++) await sweeps.write(report(NOW - 40 * DAY - age));
  for (const days of [29, 2, 1, 5]) await sweeps.write(report(NOW - days * DAY));

  expect((await sweeps.latest())?.startedAtMs).toBe(NOW - DAY);
  await sweeps.removeBefore(NOW - 30 * DAY);
  await Promise.all([sweeps.removeBefore(NOW - 30 * DAY), sweeps.removeBefore(NOW - 30 * DAY)]);

  expect(await kept()).toEqual([1, 2, 5, 29]);
  expect((await sweeps.latest())?.startedAtMs).toBe(NOW - DAY);

  async function kept(): Promise<number[]> {
    const table = await openStorage({ kind: 'connection_string', connectionString }).table('gatewaysweeps');
    const days: number[] = [];
    for await (const row of table.listEntities<{ report: string }>()) {
      days.push((NOW - (JSON.parse(row.report) as SweepReport).startedAtMs) / DAY);
    }
    return days;
  }
});
