import { expect, it } from 'vitest';
import { startStack, type StackOptions } from '../../local/stack.ts';
import { Gateway, SEED, simulated } from '../support/gateway.ts';

async function withGateway(options: StackOptions, test: (gateway: Gateway, hostLog: () => string) => Promise<void>) {
  await using stack = await startStack(options);
  await test(new Gateway(stack), () => stack.hostLog());
}

it('runs with an Entra token of its identity and no secret at all', async () => {
  const env = { DATABRICKS_TOKEN_SECRET: undefined, DATABRICKS_AUTH_TYPE: 'azure-msi' };

  await withGateway({ env }, async (gateway) => {
    expect((await gateway.result(await gateway.submit(SEED))).outcome).toBe('succeeded');
  });
});

it('rejects a run for a wrong token as a matter of permission, after a few calls', async () => {
  const planted = 'dapi-planted-secret-0123456789';
  const env = { DATABRICKS_TOKEN_SECRET: undefined, DATABRICKS_TOKEN: planted };

  await withGateway({ env }, async (gateway, hostLog) => {
    const id = await gateway.submit(simulated(0.1));
    const result = await gateway.result(id);

    expect(result).toMatchObject({ outcome: 'rejected', failure: { class: 'permission', retryable: false } });
    expect(result.run_id).toBeNull();
    const calls = Object.values(await gateway.operations('runs/submit')).reduce((sum, count) => sum + count, 0);
    expect(calls).toBeLessThanOrEqual(2);
    expect(hostLog()).not.toContain(planted);
    expect(JSON.stringify(result)).not.toContain(planted);
  });
});

it('goes on with runs and statements while its token is rotated in the vault', async () => {
  const rotated = 'dapi-rotated-0123456789abcdef';
  await using stack = await startStack();
  const gateway = new Gateway(stack);
  const accepted: Promise<string>[] = [];
  const selected: Promise<number>[] = [];
  const work = async (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      accepted.push(gateway.submit(simulated(0.2)));
      selected.push(gateway.post('/api/sql', { statement: 'SELECT 1 AS one' }).then(({ status }) => status));
      await Promise.all([accepted.at(-1), selected.at(-1)]);
    }
  };

  await work(4);
  const under = work(16);
  await selected.at(-1);
  await gateway.control('databricks', 'POST', 'tokens', { tokens: [stack.token, rotated] });
  stack.vault.secrets.set('databricks-token', rotated);
  await gateway.control('databricks', 'POST', 'tokens', { tokens: [rotated] });
  await under;

  const results = await Promise.all(accepted.map(async (id) => gateway.result(await id)));
  expect(results.map(({ outcome }) => outcome)).toEqual(accepted.map(() => 'succeeded'));
  expect(await Promise.all(selected)).toEqual(selected.map(() => 200));
  const { body: requests } = await gateway.control('databricks', 'GET', 'requests');
  expect(JSON.stringify(requests.operations)).toContain('"403":');
  expect(stack.hostLog()).not.toContain(rotated);
});

it('is there whatever is wrong with its settings, and says in place of 404s what', async () => {
  const env = {
    DATABRICKS_HOST: 'http://adb-1.azuredatabricks.net',
    KEY_VAULT_URL: 'http://vault.example.com',
    DATABRICKS_TOKEN: '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)',
  };

  await withGateway({ env }, async (gateway, hostLog) => {
    const health = await gateway.get('/api/health');
    const submit = await gateway.post('/api/runs', simulated(0));

    expect(health).toMatchObject({ status: 503, body: { status: 'down', code: 'CONFIGURATION_INVALID' } });
    for (const [name, value] of Object.entries(env)) {
      expect(health.text).toContain(name);
      expect(health.text).not.toContain(value);
    }
    expect(submit).toMatchObject({ status: 503, body: { code: 'CONFIGURATION_INVALID' } });
    expect(submit.headers).toMatchObject({ 'retry-after': expect.stringMatching(/^\d+$/) });
    expect(hostLog().match(/configuration\.invalid/g)).toHaveLength(1);
  });
});
