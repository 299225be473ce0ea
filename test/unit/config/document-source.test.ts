import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../../../src/shared/config/config-error.ts';
import {
  DocumentUnreadableError,
  fileReader,
  type DocumentReader,
} from '../../../src/shared/config/document-reader.ts';
import { createDocumentSource } from '../../../src/shared/config/document-source.ts';
import { createLog, type LogRecord } from '../../../src/shared/telemetry/log.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';

const schema = z.strictObject({ rules: z.array(z.strictObject({ id: z.string() })) });

function open(read: DocumentReader) {
  const clock = { ms: 0 };
  const log: LogRecord[] = [];
  const source = createDocumentSource({
    setting: 'POLICY_FILE',
    read,
    schema: () => Promise.resolve(schema),
    log: createLog({ sink: (record) => log.push(record), redactor: createRedactor() }),
    now: () => clock.ms,
  });
  return { source, clock, events: () => log.map(({ event }) => event) };
}

const unreadable = () => Promise.reject(new DocumentUnreadableError('cannot be read: 503.'));

async function problemOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  return error instanceof ConfigError ? error.problems.map(({ problem }) => problem).join() : String(error);
}

it('is read again after a minute, once for all who ask at once, and not before', async () => {
  let reads = 0;
  const { source, clock, events } = open(() => Promise.resolve(`{"rules":[{"id":"${++reads}"}]}`));

  await Promise.all([source.refresh(), source.refresh()]);
  clock.ms = 59_999;
  await source.refresh();
  expect([reads, source.current()]).toEqual([1, { rules: [{ id: '1' }] }]);

  clock.ms = 60_000;
  await Promise.all([source.refresh(), source.refresh()]);
  expect([reads, source.current()]).toEqual([2, { rules: [{ id: '2' }] }]);
  expect(events()).toEqual(['document.changed']);
});

it.each([
  ['{"rules":[],"rules":[{"id":"a"}]}', 'rules'],
  ['{"rules":[{"id":"a","i\\u0064":"b"}]}', 'id'],
  ['{"rules":[{"id":"a","x":{"y":[{"z":1,"z":2}]}}]}', 'z'],
])('takes no document that says something twice, as the last would count: %s', async (text, name) => {
  const { source } = open(() => Promise.resolve(text));

  expect(await problemOf(source.refresh())).toBe(`has an object in which "${name}" stands twice.`);
});

it('takes a document that says the same of several things', async () => {
  const { source } = open(() => Promise.resolve('{"rules":[{"id":"rules"},{"id":"\\"id\\":"}]}'));

  await source.refresh();
  expect(source.current()).toEqual({ rules: [{ id: 'rules' }, { id: '"id":' }] });
});

it('keeps the last usable document while a newer one cannot be used, and says so', async () => {
  const texts = ['{"rules":[]}', '{"rules":[{"id":1}]}', '{"rules":[{"id":"b"}]}'];
  const { source, clock, events } = open(() => Promise.resolve(texts.shift() ?? ''));
  await source.refresh();

  clock.ms += 60_000;
  await source.refresh();
  expect(source.current()).toEqual({ rules: [] });
  expect(source.failure()?.problems).toEqual([
    { setting: 'POLICY_FILE', problem: expect.stringContaining('is wrong at /rules/0/id:') },
  ]);

  clock.ms += 10_000;
  await source.refresh();
  await vi.waitFor(() => expect([source.current(), source.failure()]).toEqual([{ rules: [{ id: 'b' }] }, undefined]));
  expect(events()).toEqual(['document.reload_failed', 'document.changed']);
});

it('lets nobody wait for a document that failed to come and is there already', async () => {
  let read: DocumentReader = () => Promise.resolve('{"rules":[]}');
  const { source, clock } = open((signal) => read(signal));
  await source.refresh();
  read = unreadable;
  clock.ms += 60_000;
  await source.refresh();

  read = () => new Promise(() => {});
  clock.ms += 10_000;
  await source.refresh();
  expect(source.current()).toEqual({ rules: [] });
});

it('has no document to give until one could be used, and tries again after ten seconds', async () => {
  let read: DocumentReader = unreadable;
  const { source, clock, events } = open((signal) => read(signal));

  expect(() => source.current()).toThrow(ConfigError);
  expect(await problemOf(source.refresh())).toBe('cannot be read: 503.');
  read = () => Promise.resolve('{"rules":[]}');
  expect(await problemOf(source.refresh())).toBe('cannot be read: 503.');
  clock.ms += 10_000;
  await source.refresh();
  expect(source.current()).toEqual({ rules: [] });
  expect(events()).toEqual(['configuration.invalid']);
});

it.each([
  ['', 'is not valid JSON'],
  ['{"rules":[],"extra":"a secret"}', 'is wrong at /extra: Unknown key.'],
  ['{"rules":{}}', 'is wrong at /rules:'],
  ['[]', 'is wrong at its top:'],
  ['['.repeat(101) + ']'.repeat(101), 'nested more than 100 levels'],
])('says what is wrong with %j, and quotes nothing of it', async (text, problem) => {
  const said = await problemOf(open(() => Promise.resolve(text)).source.refresh());

  expect(said).toContain(problem);
  expect(said).not.toContain('a secret');
});

it('reads a file by its path from the folder of host.json, or by a whole path', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'document-'));
  const path = join(folder.path, 'a.json');
  await writeFile(path, '{"a":"ü"}');
  const { signal } = new AbortController();

  expect(await fileReader(path)(signal)).toBe('{"a":"ü"}');
  expect(await fileReader('host.json')(signal)).toContain('extensionBundle');
});

it('refuses a file that is not there, is too large or no UTF-8', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'document-'));
  const path = join(folder.path, 'a.json');
  const { signal } = new AbortController();

  await expect(fileReader(path)(signal)).rejects.toThrow('cannot be read: ENOENT.');
  await expect(fileReader(folder.path)(signal)).rejects.toThrow('cannot be read: EISDIR.');
  await writeFile(path, Buffer.alloc(1024 * 1024 + 1, 32));
  await expect(fileReader(path)(signal)).rejects.toThrow('is larger than 1048576 bytes.');
  await writeFile(path, Buffer.from([0x22, 0xff, 0x22]));
  await expect(fileReader(path)(signal)).rejects.toThrow('is not UTF-8.');
});
