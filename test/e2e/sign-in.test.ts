import { afterAll, expect, it } from 'vitest';
import { shareStack } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';

const { stack, gateway } = await shareStack();

afterAll(async () => {
  await rotateToken(stack.token);
  await stack.killHost();
  await stack.startHost();
});

/** What the workspace takes from now on, and what the vault has. */
async function rotateToken(accepted: string, kept = accepted): Promise<void> {
  stack.vault.secrets.set('databricks-token', kept);
  await gateway.control('databricks', 'POST', 'tokens', { tokens: [accepted] });
}

async function callsOf(operation: string): Promise<number> {
  return Object.values(await gateway.operations(operation)).reduce((sum, count) => sum + count, 0);
}

it('goes on with runs and statements while its token is rotated in the vault', async () => {
  const rotated = 'dapi-rotated-0123456789abcdef';
  const refused = async () => {
    const { body: requests } = await gateway.control('databricks', 'GET', 'requests');
    return JSON.stringify(requests.operations).match(/"403":\d+/g) ?? [];
  };
  const before = await refused();
  const accepted: Promise<string>[] = [];
  const selected: Promise<number>[] = [];
  const work = async (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      accepted.push(gateway.submit(simulated(0.2)));
      selected.push(gateway.post('/api/sql', { statement: 'SELECT 1 AS one' }).then(({ status }) => status));
      await Promise.all([accepted.at(-1), selected.at(-1)]);
    }
  };

  await work(2);
  const under = work(8);
  await selected.at(-1);
  await gateway.control('databricks', 'POST', 'tokens', { tokens: [stack.token, rotated] });
  await rotateToken(rotated);
  await under;

  const results = await Promise.all(accepted.map(async (id) => gateway.result(await id)));
  expect(results.map(({ outcome }) => outcome)).toEqual(accepted.map(() => 'succeeded'));
  expect(await Promise.all(selected)).toEqual(selected.map(() => 200));
  expect(await refused()).not.toEqual(before);
  expect(stack.hostLog()).not.toContain(rotated);
});

it('rejects a run for a wrong token as a matter of permission, after a few calls', async () => {
  const planted = 'dapi-planted-secret-0123456789';
  await rotateToken('dapi-of-somebody-else', planted);
  const before = await callsOf('runs/submit');

  const result = await gateway.result(await gateway.submit(simulated(0.1)));

  expect(result).toMatchObject({ outcome: 'rejected', failure: { class: 'permission', retryable: false } });
  expect(result.run_id).toBeNull();
  expect((await callsOf('runs/submit')) - before).toBeLessThanOrEqual(2);
  expect(stack.hostLog()).not.toContain(planted);
  expect(JSON.stringify(result)).not.toContain(planted);
});

it('runs with an Entra token of its identity and no secret at all', async () => {
  await rotateToken('dapi-of-somebody-else');
  await stack.killHost();
  await stack.startHost({ DATABRICKS_TOKEN_SECRET: undefined, DATABRICKS_AUTH_TYPE: 'azure-msi' });

  expect((await gateway.result(await gateway.submit(simulated(0.1)))).outcome).toBe('succeeded');
});

it('is there whatever is wrong with its settings, and says in place of 404s what', async () => {
  const env = {
    DATABRICKS_HOST: 'http://adb-1.azuredatabricks.net',
    KEY_VAULT_URL: 'http://vault.example.com',
    DATABRICKS_TOKEN: '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)',
  };
  await stack.killHost();
  const before = stack.hostLog().length;
  await stack.startHost(env);

  const health = await gateway.get('/api/health');
  const submit = await gateway.post('/api/runs', simulated(0));

  expect(health).toMatchObject({ status: 503, body: { status: 'down', code: 'CONFIGURATION_INVALID' } });
  for (const [name, value] of Object.entries(env)) {
    expect(health.text).toContain(name);
    expect(health.text).not.toContain(value);
  }
  expect(submit).toMatchObject({ status: 503, body: { code: 'CONFIGURATION_INVALID' } });
  expect(submit.headers).toMatchObject({ 'retry-after': expect.stringMatching(/^\d+$/) });
  expect(
    stack
      .hostLog()
      .slice(before)
      .match(/configuration\.invalid/g),
  ).toHaveLength(1);
});
