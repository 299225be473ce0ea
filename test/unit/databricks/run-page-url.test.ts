import { expect, it } from 'vitest';
import { runPageUrl } from '../../../src/shared/databricks/run-page-url.ts';

const HOST = 'https://adb-1.2.azuredatabricks.net';

it('gives the page of a run at its workspace as Databricks gave it', () => {
  const page = `${HOST}/?o=1#job/2/run/3`;

  expect(runPageUrl(page, HOST)).toBe(page);
  expect(runPageUrl('https://localhost:8443/#job/1', 'https://localhost:8443')).toBe('https://localhost:8443/#job/1');
});

it.each([
  null,
  '',
  'javascript:alert(1)',
  'data:text/html,x',
  'http://adb-1.2.azuredatabricks.net/#job/1',
  'https://evil.example.com/#job/1',
  'https://adb-1.2.azuredatabricks.net.evil.example.com/',
  'https://adb-1.2.azuredatabricks.net@evil.example.com/',
  'https://user:pass@adb-1.2.azuredatabricks.net/',
  'https://adb-1.2.azuredatabricks.net:8443/',
  '/#job/1',
])('gives none where Databricks gave %j', (given) => {
  expect(runPageUrl(given, HOST)).toBeNull();
});
