import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startStack } from '../../local/stack.ts';
import { packageApp } from '../../scripts/package-app.ts';
import { Gateway, SEED } from '../support/gateway.ts';

it('needs nothing but what is deployed', async () => {
  const appDir = await mkdtemp(join(tmpdir(), 'gateway-deployed-'));
  await packageApp(appDir);
  try {
    await using stack = await startStack({ appDir });
    const gateway = new Gateway(stack);

    expect((await gateway.result(await gateway.submit(SEED))).outcome).toBe('succeeded');
    expect((await gateway.get('/api/templates')).body.templates).toHaveLength(1);
    const rows = await gateway.post('/api/sql', { statement: 'SELECT 1 AS one' });
    expect(rows.body).toMatchObject({ rows: [[1]] });
    const long = await gateway.post('/api/sql', { statement: `SELECT 2 AS two -- ${'long'.repeat(10_000)}` });
    expect(long.body).toMatchObject({ rows: [[2]] });
    const statement = await gateway.post('/api/sql/statements', { statement: 'SELECT 1 AS one', format: 'PARQUET' });
    expect(statement.status).toBe(202);
    const result = await gateway.get(`${statement.headers['location']}`, { prefer: 'wait=30' });
    expect(result.status).toBe(200);
  } finally {
    await rm(appDir, { recursive: true });
  }
});
