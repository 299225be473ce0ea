import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { shareStack } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';

const ids: string[] = [];
/** Only the runs of this file have it. */
const own = randomUUID();

const { gateway } = await shareStack();
for (let run = 0; run < 7; run++) {
  const parameters = { result_state: run === 3 ? 'FAILED' : 'SUCCESS' };
  const labels = { own, parity: run % 2 === 0 ? 'even' : 'odd', third: String(run % 3), clock: '4:2' };
  ids.push(await gateway.submit({ ...simulated(0.1, parameters), gateway: { labels, retry: { max_attempts: 1 } } }));
}
await Promise.all(ids.map((id) => gateway.result(id)));

/** Those of this file that the query finds. */
async function listed(query: string): Promise<string[]> {
  const { body } = await gateway.get(`/api/runs?label=own:${own}&${query}`);
  return body.runs.map(({ id }: { id: string }) => id);
}

it('lists runs newest first, a page at a time, none twice and none missing', async () => {
  const seen: string[] = [];
  let query = 'limit=3';
  for (let page = 0; page < 3; page++) {
    const { body } = await gateway.get(`/api/runs?${query}`);
    expect(body.runs.length).toBeLessThanOrEqual(3);
    seen.push(...body.runs.map(({ id }: { id: string }) => id));
    query = `limit=3&page_token=${encodeURIComponent(body.next_page_token)}`;
  }

  // Older ones are of other files.
  expect(seen.slice(0, ids.length)).toEqual(ids.toReversed());
});

it('goes on with the same filter from page to page, and gives no token with the last run', async () => {
  const query = `label=own:${own}&label=parity:even&limit=2`;
  const first = (await gateway.get(`/api/runs?${query}`)).body;
  const second = (await gateway.get(`/api/runs?${query}&page_token=${first.next_page_token}`)).body;

  const seen = [...first.runs, ...second.runs].map(({ id }: { id: string }) => id);
  expect(seen).toEqual([ids[6], ids[4], ids[2], ids[0]]);
  expect(second).not.toHaveProperty('next_page_token');
});

it('filters by outcome, status, submitter and label', async () => {
  expect(await listed('outcome=failed')).toEqual([ids[3]]);
  expect(await listed('status=completed')).toHaveLength(7);
  expect(await listed('status=running')).toEqual([]);
  expect(await listed('submitted_by=anonymous&limit=100')).toHaveLength(7);
  expect(await listed('submitted_by=somebody')).toEqual([]);
  expect(await listed('label=parity:odd')).toEqual([ids[5], ids[3], ids[1]]);
  expect(await listed('label=parity:odd&outcome=failed')).toEqual([ids[3]]);
  expect(await listed('label=parity:')).toEqual([]);
  expect(await listed('label=clock:4:2')).toHaveLength(7);
  expect(await listed('label=parity:odd&label=third:2')).toEqual([ids[5]]);
  expect(await listed('label=parity:odd&label=parity:even')).toEqual([]);
  expect(await listed("submitted_by=o'brien")).toEqual([]);
});

it('filters by the time of acceptance', async () => {
  const { created_at: createdAt } = (await gateway.get(`/api/runs/${ids[4]}`)).body;

  const after = await listed(`created_after=${createdAt}`);
  const before = await listed(`created_before=${createdAt}`);

  expect(after).toEqual(expect.arrayContaining([ids[6], ids[5]]));
  expect(after).not.toContain(ids[3]);
  expect(before).toEqual(expect.arrayContaining([ids[3], ids[0]]));
  expect(before).not.toContain(ids[5]);
});

it('lists a run that is being canceled as canceling, as its document says', async () => {
  await gateway.control('databricks', 'POST', 'faults', {
    match: { operation: 'runs/cancel' },
    kind: 'status',
    status: 503,
  });
  const id = await gateway.submit({ ...simulated(60), gateway: { labels: { own } } });
  await gateway.until(id, ({ status }) => status === 'running');

  await gateway.send('DELETE', `/api/runs/${id}`);

  expect(await listed('status=canceling')).toEqual([id]);
  expect(await listed('status=running')).toEqual([]);
  await gateway.control('databricks', 'DELETE', 'faults');
  expect(await gateway.result(id)).toMatchObject({ outcome: 'canceled' });
  expect(await listed('status=canceling')).toEqual([]);
});

it.each([
  'limit=0',
  'limit=101',
  'limit=x',
  'limit=1e1',
  'limit=0x10',
  'limit=%201',
  'status=going',
  'outcome=good',
  'label=none',
  'created_after=now',
  'page_token=%00',
  // `i:`, `{}` and `{"nextPartitionKey":""}` in base64
  'page_token=aTo',
  'page_token=e30',
  'page_token=eyJuZXh0UGFydGl0aW9uS2V5IjoiIn0',
  'submitted_by=%00',
  'create_after=2026-01-01T00:00:00Z',
  'limit=1&limit=2',
])('answers 400 to ?%s', async (query) => {
  const answer = await gateway.get(`/api/runs?${query}`);

  expect(answer.status).toBe(400);
  expect(answer.body.errors[0].path).toBe(`/${query.split('=')[0]}`);
});
