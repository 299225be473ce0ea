import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkInfrastructure } from '../../../scripts/infra/check.ts';

it('finds nothing wrong with the templates', async () => {
  expect(await checkInfrastructure('infra')).toEqual([]);
});

const app = 'app/function-app.bicep';
const storage = 'app/storage.bicep';

/** One mistake in one file: what stands there, what is put in its place, and what the check must say of it. */
const MISTAKES: [mistake: string, file: string, right: string, wrong: string, message: RegExp][] = [
  [
    'a misspelt property',
    app,
    'instanceMemoryMB: instanceMemoryMB',
    'instanceMemoryMb: instanceMemoryMB',
    /is instanceMemoryMB meant/,
  ],
  ['a property of no such name', storage, "accessTier: 'Hot'", "tier: 'Hot'", /tier is no property here/],
  ['a wrong enum', storage, "minimumTlsVersion: 'TLS1_2'", "minimumTlsVersion: 'TLS12'", /'TLS12' is none of TLS1_0/],
  [
    'a wrong enum in a variant',
    'app/event-grid.bicep',
    "endpointType: 'StorageQueue'",
    "endpointType: 'Queue'",
    /endpointType must be one of/,
  ],
  ['a text for a boolean', app, 'httpsOnly: true', "httpsOnly: 'true'", /expected bool, found string/],
  [
    'a number for a text',
    'app/network.bicep',
    "addressPrefix: '10.0.1.0/24'",
    'addressPrefix: 10',
    /expected string, found int/,
  ],
  ['a missing property', storage, "kind: 'StorageV2'", '', /kind is missing/],
  [
    'a property that cannot be set',
    app,
    'httpsOnly: true',
    "httpsOnly: true\n    defaultHostName: 'a'",
    /defaultHostName cannot be set/,
  ],
  [
    'an API version that is not there',
    app,
    'serverfarms@2024-11-01',
    'serverfarms@2024-11-02',
    /not in infra\/resource-types/,
  ],
  [
    'a missing role',
    storage,
    ', roles.storageTableDataContributor]',
    ']',
    /storageTableDataContributor is given on no/,
  ],
  [
    'a role on the wrong thing',
    'app/key-vault.bicep',
    'scope: vault\n  name: guid(vault.id, principalId',
    'name: guid(vault.id, principalId',
    /is not for the whole group/,
  ],
  [
    'a role by its id',
    storage,
    'role.id)\n      description',
    "'8e3af657-a8ff-443c-a75c-2fe8c4bcb635')\n      description",
    /an id stands in a template/,
  ],
  [
    'a setting that the plan forbids',
    app,
    "AzureWebJobsDisableHomepage: 'true'",
    "WEBSITE_RUN_FROM_PACKAGE: '1'",
    /WEBSITE_RUN_FROM_PACKAGE may not be set/,
  ],
  [
    'a setting that nothing reads',
    app,
    'DATABRICKS_HOST:',
    'DATABRICKS_HOSTS:',
    /DATABRICKS_HOSTS is a setting that nothing reads/,
  ],
  [
    'a setting that no template can set',
    'app/settings.bicep',
    '  SQL_MAX_ROWS: string?\n',
    '',
    /the app reads SQL_MAX_ROWS/,
  ],
  [
    'the value of a secret',
    'app/settings.bicep',
    'DATABRICKS_TOKEN_SECRET: string?',
    'DATABRICKS_TOKEN_SECRET: string?\n  DATABRICKS_TOKEN: string?',
    /only its name may be set/,
  ],
  [
    'shared keys',
    storage,
    'allowSharedKeyAccess: false',
    'allowSharedKeyAccess: true',
    /allowSharedKeyAccess must be false/,
  ],
  [
    'a key that is given out',
    storage,
    'output id string = account.id',
    'output id string = account.listKeys().keys[0].value',
    /gives out a key/,
  ],
  ['a secret in an output', app, 'output url string =', 'output appSecret string =', /would show a secret/],
  ['plain HTTP', app, 'httpsOnly: true', 'httpsOnly: false', /httpsOnly must be true/],
  [
    'a parameter that nothing uses',
    storage,
    'param isPublic bool',
    'param isPublic bool\nparam zone string',
    /zone is used nowhere/,
  ],
  [
    'a parameter that is not given',
    'gateway.bicep',
    '    storageAccountName: storage.outputs.name\n    packageContainerUrl',
    '    packageContainerUrl',
    /needs the parameter storageAccountName/,
  ],
  [
    'a parameter without a value',
    'main.parameters.json',
    '"nodeVersion": { "value": "22" },',
    '',
    /nodeVersion stands in no parameters file/,
  ],
  [
    'an output that is not there',
    'gateway.bicep',
    'keyVault.outputs.url\n    topic',
    'keyVault.outputs.uri\n    topic',
    /has no output uri/,
  ],
  ['a name that is not there', app, 'serverFarmId: plan.id', 'serverFarmId: plans.id', /nothing is named plans/],
  [
    'a file that is not there',
    'app/monitoring.bicep',
    '../workbook.json',
    '../dashboard.json',
    /there is no \.\.\/dashboard\.json/,
  ],
  [
    'a brace too few',
    storage,
    "properties: { publicAccess: 'None' }",
    "properties: { publicAccess: 'None'",
    /does not parse/,
  ],
];

it.each(MISTAKES)('finds %s', async (_mistake, file, right, wrong, message) => {
  const folder = await mkdtemp(join(tmpdir(), 'infra-'));
  try {
    await cp('infra', folder, { recursive: true });
    const text = await readFile(join(folder, file), 'utf8');
    expect(text).toContain(right);
    await writeFile(
      join(folder, file),
      text.replace(right, () => wrong),
    );
    const messages = (await checkInfrastructure(folder)).map((problem) => problem.message);
    expect(messages.some((text) => message.test(text))).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('has alerts and a workbook ask for events that the app logs', async () => {
  const asked = await Promise.all(['infra/alerts.json', 'infra/workbook.json'].map((path) => readFile(path, 'utf8')));
  const names = asked.flatMap((text) => [...text.matchAll(/'([a-z_]+\.[a-z_]+)'/g)].map(([, name = '']) => name));
  const sources = await readdir('src', { recursive: true });
  const texts = await Promise.all(
    sources.filter((path) => path.endsWith('.ts')).map((path) => readFile(join('src', path), 'utf8')),
  );
  const source = texts.join('\n');
  expect(new Set(names).size).toBeGreaterThan(5);
  expect([...new Set(names)].filter((name) => !source.includes(`'${name}'`))).toEqual([]);
});
