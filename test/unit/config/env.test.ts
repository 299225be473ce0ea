import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { loadConfig } from '../../../src/shared/config/config.ts';
import { readEnvironment, settingNames } from '../../../src/shared/config/env.ts';

const example = JSON.parse(
  await readFile(new URL('../../../local.settings.example.json', import.meta.url), 'utf8'),
) as { Values: Record<string, string> };

it('lists every setting in local.settings.example.json, and no other', () => {
  const { FUNCTIONS_WORKER_RUNTIME, ...settings } = example.Values;

  expect(FUNCTIONS_WORKER_RUNTIME).toBe('node');
  expect(Object.keys(settings).toSorted()).toEqual(settingNames().toSorted());
});

it('accepts local.settings.example.json as it is', () => {
  expect(loadConfig(example.Values).workspaces[0].host).toBe('https://localhost:8443');
});

it('reads the environment of the process', () => {
  expect(readEnvironment()['PATH']).toBe(process.env['PATH']);
});
