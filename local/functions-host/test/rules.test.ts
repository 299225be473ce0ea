import { describe, expect, it } from 'vitest';
import { planBatch } from '../durable/entities.ts';
import { EventType as E, type HistoryEvent } from '../durable/history.ts';
import { rewindHistory } from '../durable/rewind.ts';
import { compareVersions, isVersionAccepted } from '../durable/versions.ts';
import { byPrecedence, compileRoute } from '../http/routes.ts';
import { bindPath } from '../outputs/blob.ts';
import { durationMs, resolveSettings } from '../settings.ts';
import { azureValues, reformatDate } from '../strict.ts';
import { unsupportedBindings } from '../supported-bindings.ts';
import { parseSchedule } from '../triggers/ncrontab.ts';
import { decodeMessage, messageInput } from '../triggers/queue-message.ts';
import { type AppWorker, readFunctions } from '../worker/app-worker.ts';

describe('routes', () => {
  it.each([
    ['items/{id}', 'items/5', { id: '5' }],
    ['items/{id:int}', 'items/x', undefined],
    ['items/{id:int:min(3)}', 'items/2', undefined],
    ['items/{id:range(1,9)}', 'items/9', { id: '9' }],
    ['items/{id:length(2,3)}', 'items/abcd', undefined],
    ['items/{id:guid}', 'items/0b9c1a2e-0000-4000-8000-1234567890ab', { id: '0b9c1a2e-0000-4000-8000-1234567890ab' }],
    ['items/{id:regex(^a[[0-9]]b$)}', 'items/x', undefined],
    ['items/{id:regex(^\\d{{2}}$)}', 'items/42', { id: '42' }],
    ['items/{id?}', 'items', {}],
    ['items/{kind=all}', 'items', { kind: 'all' }],
    ['files/{*path}', 'files/a/b', { path: 'a/b' }],
    ['files/{*path}', 'files', { path: '' }],
    ['Items', 'iTEMS', {}],
    ['items', 'items/more', undefined],
    ['items/{id}', 'items/', undefined],
    ['items/{id?}', 'items/', undefined],
    ['items/{id}/more', 'items//more', undefined],
    ['files/{*path}', 'files/a//b', { path: 'a//b' }],
  ])('%s on %s', (template, path, expected) => {
    expect(compileRoute(template).match(path.split('/'))).toEqual(expected);
  });

  it('are tried from the particular to the general', () => {
    const templates = ['items/{*all}', 'items/{id}', 'items/{id:int}', 'items/new'];
    const sorted = templates
      .map((template) => ({ template, precedence: compileRoute(template).precedence }))
      .sort(byPrecedence);
    expect(sorted.map(({ template }) => template)).toEqual([
      'items/new',
      'items/{id:int}',
      'items/{id}',
      'items/{*all}',
    ]);
  });
});

describe('schedules', () => {
  const after = new Date('2026-01-01T00:00:30.500Z');
  it.each([
    ['*/10 * * * * *', '2026-01-01T00:00:40.000Z'],
    ['0 */5 * * * *', '2026-01-01T00:05:00.000Z'],
    ['*/5 * * * *', '2026-01-01T00:05:00.000Z'],
    ['0 30 9 * * 1-5', '2026-01-01T09:30:00.000Z'],
    ['0 0 0 1 * Mon', '2026-06-01T00:00:00.000Z'],
    ['0 0 0 * Feb Sun', '2026-02-01T00:00:00.000Z'],
    ['00:00:30', '2026-01-01T00:01:00.500Z'],
    ['0 5/15 * * * *', '2026-01-01T00:05:00.000Z'],
    ['0 50/15 * * * *', '2026-01-01T00:50:00.000Z'],
    ['0 0 0 * * Tue/2', '2026-01-03T00:00:00.000Z'],
    ['0 0 0 * * Tuesday', '2026-01-06T00:00:00.000Z'],
    ['0 0 0 * * Wednes', '2026-01-07T00:00:00.000Z'],
    ['0 0 0 * * sun', '2026-01-04T00:00:00.000Z'],
    ['0 0 0 1 feb-APR *', '2026-02-01T00:00:00.000Z'],
    ['0 0 17-9 * * *', '2026-01-01T09:00:00.000Z'],
    ['0 0 9-17/4 * * *', '2026-01-01T09:00:00.000Z'],
    ['0 */0 * * * *', '2026-01-01T00:01:00.000Z'],
  ])('%s comes next at %s', (expression, expected) => {
    expect(parseSchedule(expression).next(after)?.toISOString()).toBe(expected);
  });

  it('follow a time zone', () => {
    expect(parseSchedule('0 0 9 * * *', 'Europe/Berlin').next(after)?.toISOString()).toBe('2026-01-01T08:00:00.000Z');
  });

  it.each([
    'every day',
    '* * * *',
    '* * * * * * *',
    '0 0 0 L * *',
    '99 * * * * *',
    '0 0 0 * * 7',
    '0 0 0 * * Sun-7',
    '0 0 0 0 * *',
    '0 0 0 * 13 *',
    '0 0 24 * * *',
    '0 Mon * * * *',
    '0 1- * * * *',
    '0 1,,2 * * * *',
    '0 ,1 * * * *',
    '0 */x * * * *',
    '0 1/2/3 * * * *',
    '0 1-2-3 * * * *',
    '0 ? * * * *',
    '0 -1 * * * *',
  ])('%s is none', (expression) => {
    expect(() => parseSchedule(expression)).toThrow('is not an NCRONTAB expression');
  });
});

describe('settings', () => {
  it('are put in for %NAME%', () => {
    expect(resolveSettings('a-%X%-b', { X: '1' })).toBe('a-1-b');
    expect(() => resolveSettings('%MISSING%', {})).toThrow('app setting "MISSING" is missing');
  });

  it.each([
    ['00:00:30', 30_000],
    ['1.02:00:00', 93_600_000],
    ['00:00:00.5', 500],
    [250, 250],
  ])('duration %s is %d ms', (text, expected) => {
    expect(durationMs(text)).toBe(expected);
  });

  it('fill the path of a blob', () => {
    expect(bindPath('out/{a}/{b.c}.txt', { a: 1, b: { c: 'x' } }, new Date(0))).toBe('out/1/x.txt');
    expect(() => bindPath('{no}', {}, new Date(0))).toThrow("No value for named parameter 'no'");
  });
});

describe('values in strict mode', () => {
  it.each([
    ['2026-01-02T03:04:05.000Z', '2026-01-02T03:04:05Z'],
    ['2026-01-02T03:04:05.120Z', '2026-01-02T03:04:05.12Z'],
    ['2026-01-02T03:04:05', '2026-01-02T03:04:05'],
    ['2026-01-02T03:04:05.5+02:00', '2026-01-02T01:04:05.5+00:00'],
    ['2026-01-02', '2026-01-02'],
    ['text', 'text'],
  ])('%s comes back as %s', (text, expected) => {
    expect(reformatDate(text)).toBe(expected);
  });

  it('reach activities as text', () => {
    expect(azureValues.activityInput(false)).toEqual({ string: 'False' });
    expect(azureValues.activityInput(null)).toEqual({ string: '' });
    expect(azureValues.activityInput({ at: '2026-01-02T03:04:05.000Z' })).toEqual({
      string: '{"at":"2026-01-02T03:04:05Z"}',
    });
  });
});

describe('timers in strict mode', () => {
  it.each([
    [0, 0],
    [1, 0],
    [999, 0],
    [1_000, 0],
    [1_001, 1_000],
    [2_000, 1_000],
    [3_000, 2_000],
    [5_500, 5_000],
    [-4_000, 0],
  ])('of %d ms fire after %d ms', (delayMs, expected) => {
    expect(azureValues.timerDueMs(1_000_000 + delayMs, 1_000_000) - 1_000_000).toBe(expected);
  });
});

describe('versions', () => {
  it.each([
    ['1.2', '1.10', -1],
    ['2.0', '2', 1],
    ['2', '10', 1],
    ['2.0.0', '2.0', 1],
    ['', '1.0', -1],
    ['1.0', '', 1],
    ['', '', 0],
    ['1.0-Beta', '1.0-beta', 0],
    ['2.1', '2.0', 1],
  ])('%s against %s', (a, b, expected) => {
    expect(Math.sign(compareVersions(a, b))).toBe(expected);
  });

  it.each([
    ['1.0', 'currentorolder', 'reject', 'accept'],
    ['3.0', 'currentorolder', 'reject', 'reject'],
    ['3.0', 'currentorolder', 'fail', 'fail'],
    ['1.0', 'strict', 'fail', 'fail'],
    ['3.0', 'none', 'fail', 'accept'],
  ])('%s with %s and %s: %s', (version, versionMatchStrategy, versionFailureStrategy, expected) => {
    expect(isVersionAccepted(version, { defaultVersion: '2.0', versionMatchStrategy, versionFailureStrategy })).toBe(
      expected,
    );
  });
});

it.each([
  ['1.0', 'currentorolder', 'reject'],
  ['', 'currentorolder', 'accept'],
  ['1.0', 'strict', 'reject'],
  ['1.0', 'none', 'accept'],
])('version %j with %s on a host without a version: %s', (version, versionMatchStrategy, expected) => {
  const settings = { defaultVersion: undefined, versionMatchStrategy, versionFailureStrategy: 'reject' };
  expect(isVersionAccepted(version, settings)).toBe(expected);
});

describe('queue messages', () => {
  it('are read as their encoding says', () => {
    expect(decodeMessage('eyJhIjoxfQ==', 'base64')?.toString()).toBe('{"a":1}');
    expect(decodeMessage('{"a":1}', 'base64')).toBe(undefined);
    expect(decodeMessage('{"a":1}', 'none')?.toString()).toBe('{"a":1}');
    expect(decodeMessage('eyJhIjoxfQ==', 'none')?.toString()).toBe('eyJhIjoxfQ==');
  });

  it('come as bytes where the trigger asks for them', () => {
    const bytes = Buffer.from('{"id":9007199254740993}');
    expect(messageInput(bytes, 'binary')).toEqual({ bytes });
    expect(messageInput(bytes, undefined)).toEqual({ string: '{"id":9007199254740993}' });
  });
});

describe('an entity’s queue', () => {
  const call = (seq: number, parent: string): Parameters<typeof planBatch>[0][0] => ({
    seq,
    message: { id: `${seq}`, op: 'get', parent },
  });
  const signal = (seq: number): Parameters<typeof planBatch>[0][0] => ({
    seq,
    message: { id: `${seq}`, op: 'add', signal: true },
  });
  const lock = (seq: number, parent: string): Parameters<typeof planBatch>[0][0] => ({
    seq,
    message: { id: `${seq}`, lockset: [], pos: 0, parent },
  });
  const release = (seq: number, parent: string): Parameters<typeof planBatch>[0][0] => ({
    seq,
    message: { id: `${seq}`, release: true, parent },
  });

  it('is worked off whole without a lock, up to the largest batch', () => {
    expect(planBatch([signal(1), call(2, 'a'), signal(3)], null, 10).consumed).toEqual([1, 2, 3]);
    expect(planBatch([signal(1), call(2, 'a'), signal(3)], null, 2).consumed).toEqual([1, 2]);
  });

  it('lets nobody but the holder of the lock in', () => {
    const plan = planBatch([signal(1), lock(2, 'a'), signal(3), call(4, 'b'), call(5, 'a')], null, 10);
    expect(plan).toMatchObject({ consumed: [1, 2, 5], lockedBy: 'a' });
  });

  it('goes to the next who asked once the lock is released', () => {
    const plan = planBatch([lock(1, 'b'), release(2, 'a'), lock(3, 'c'), signal(4)], 'a', 10);
    expect(plan).toMatchObject({ consumed: [2, 3], lockedBy: 'c' });
  });
});

describe('a rewind', () => {
  it('takes back failures, what scheduled them and their retries, and leaves the rest', () => {
    const history: HistoryEvent[] = [
      { EventType: E.ExecutionStarted, EventId: -1 },
      { EventType: E.TaskScheduled, EventId: 0, Name: 'good' },
      { EventType: E.TaskCompleted, EventId: -1, TaskScheduledId: 0 },
      { EventType: E.TaskScheduled, EventId: 1, Name: 'bad' },
      { EventType: E.TaskFailed, EventId: -1, TaskScheduledId: 1 },
      { EventType: E.TimerCreated, EventId: 2, IsRetry: true },
      { EventType: E.TimerFired, EventId: -1, TimerId: 2 },
      { EventType: E.TaskScheduled, EventId: 3, Name: 'bad', IsRetry: true },
      { EventType: E.TaskFailed, EventId: -1, TaskScheduledId: 3 },
      { EventType: E.SubOrchestrationInstanceCreated, EventId: 4, InstanceId: 'child' },
      { EventType: E.SubOrchestrationInstanceFailed, EventId: -1, TaskScheduledId: 4 },
      { EventType: E.ExecutionCompleted, EventId: -1 },
    ];
    const { history: kept, failedChildren } = rewindHistory(history);
    expect(kept.map(({ EventType, EventId }) => [EventType, EventId])).toEqual([
      [E.ExecutionStarted, -1],
      [E.TaskScheduled, 0],
      [E.TaskCompleted, -1],
      [E.SubOrchestrationInstanceCreated, 4],
    ]);
    expect(failedChildren).toEqual(['child']);
  });
});

describe('the functions of a worker', () => {
  const trigger = { type: 'blobTrigger', direction: 'in', path: 'x' };
  const worker = (functions: AppWorker['functions']): AppWorker => ({ functions }) as AppWorker;

  it.each([
    ['bindings by name', [{ name: 'f', bindings: { t: trigger, o: { type: 'queue', direction: 'out' } } }]],
    [
      'a list of bindings',
      [
        {
          name: 'f',
          bindings: [
            { ...trigger, name: 't' },
            { type: 'queue', direction: 'out', name: 'o' },
          ],
        },
      ],
    ],
    [
      'bindings as JSON',
      [
        {
          name: 'f',
          bindings: { t: { type: 'blobTrigger' } },
          rawBindings: [JSON.stringify({ ...trigger, name: 't' }), '{"type":"queue","direction":"out","name":"o"}'],
        },
      ],
    ],
    ['a map', new Map([['f', { name: 'f', bindings: { t: trigger, o: { type: 'queue', direction: 'out' } } }]])],
  ])('are read from %s', (_, functions) => {
    const fn = readFunctions(worker(functions)).get('f');
    expect(fn?.trigger).toMatchObject({ name: 't', type: 'blobTrigger', path: 'x' });
    expect(fn?.bindings.get('o')).toMatchObject({ type: 'queue' });
    expect(unsupportedBindings(fn!)).toEqual(['its trigger of type "blobTrigger" never fires here']);
  });

  it('have one trigger each', () => {
    expect(() => readFunctions(worker([{ name: 'f', bindings: {} }]))).toThrow('function "f" has 0 triggers');
  });
});
