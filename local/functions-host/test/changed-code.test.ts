import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DurableCaller } from './durable-caller.ts';
import { HostProcess } from './host-process.ts';
import { makeApp } from './temporary-app.ts';

/** Bodies of orchestrators, before a deploy and after it. Each waits for an event, at the latest at its end. */
const CHANGES = {
  anotherActivity: ["yield df.callActivity('one'); yield go()", "yield df.callActivity('two'); yield go()"],
  stepInserted: ['yield go(); yield go()', "yield df.callActivity('two'); yield go(); yield go()"],
  stepBeforeTimer: ['yield goOrTimer()', "yield df.callActivity('two'); yield goOrTimer()"],
  stepRemoved: ["yield df.callActivity('one'); yield go()", 'yield go()'],
  endedEarly: ["yield df.callActivity('one'); yield go()", "return 'early'"],
  childForActivity: ["yield df.callActivity('one'); yield go()", "yield df.callSubOrchestrator('child'); yield go()"],
  anotherChild: [
    "yield df.callSubOrchestrator('child'); yield go()",
    "yield df.callSubOrchestrator('other'); yield go()",
  ],
  timerForSignal: ["df.signalEntity(entity, 'add', 1); yield go()", 'yield goOrTimer(); yield go()'],
  generations: ["yield df.callActivity('one'); yield go()", 'df.continueAsNew(1)'],
  sameSteps: [
    "yield df.callActivity('one', 1); yield go(); return 'old'",
    "yield df.callActivity('ONE', 2); yield go(); return 'new'",
  ],
  branched: [
    'yield go(); return df.version',
    "if (df.version !== '1.0') yield df.callActivity('two'); yield go(); return df.version",
  ],
} as const;

function appText(side: 0 | 1): string {
  const orchestrators = Object.entries(CHANGES).map(
    ([name, bodies]) => `
library.app.orchestration('${name}', function* ({ df }) {
  const go = () => df.waitForExternalEvent('go');
  const goOrTimer = () => df.Task.any([df.createTimer(new Date(df.currentUtcDateTime.getTime() + 3_600_000)), go()]);
  const entity = new library.EntityId('counter', 'c');
  ${bodies[side]};
});`,
  );
  return `
const library = require('durable-functions');
for (const name of ['one', 'two']) library.app.activity(name, { handler: () => name });
for (const name of ['child', 'other']) library.app.orchestration(name, function* () { return name; });
library.app.entity('counter', (context) => context.df.setState(1));
${orchestrators.join('\n')}`;
}

function hostText(defaultVersion: string): string {
  return JSON.stringify({ version: '2.0', extensions: { durableTask: { defaultVersion } } });
}

describe('orchestrations whose code was changed while they were under way', () => {
  let host: HostProcess;
  let durable: DurableCaller;
  let app: string;

  const restart = async (files: Record<string, string>): Promise<void> => {
    await host.stop('SIGKILL');
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(app, name), text);
    await host.start();
  };

  beforeAll(async () => {
    app = makeApp({ 'app.js': appText(0), 'host.json': hostText('1.0') });
    host = new HostProcess({ app });
    durable = new DurableCaller(await host.start());
    for (const name of Object.keys(CHANGES)) await durable.start(name, undefined, name);
    for (const [name, [body]] of Object.entries(CHANGES)) {
      await durable.until(name, ({ runtimeStatus }) => runtimeStatus === 'Running');
      // What the old code asks for first is done.
      const length = async () => (await durable.status(name, 'showHistory=true')).historyEvents?.length ?? 0;
      while (body.includes('yield df.call') && (await length()) < 2) await sleep(20);
    }
    await restart({ 'app.js': appText(1), 'host.json': hostText('2.0') });
    for (const name of Object.keys(CHANGES)) await durable.raise(name, 'go', 1);
  });

  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    rmSync(app, { recursive: true, force: true });
  });

  it.each([
    [
      'anotherActivity',
      "an activity task with sequence number 0 named 'one', but .* instead scheduled an activity task named 'two'",
    ],
    [
      'stepBeforeTimer',
      'a timer task with sequence number 0, but .* instead produced a ScheduleTaskOrchestratorAction',
    ],
    ['stepRemoved', "an activity task with sequence number 0 named 'one', but the current replay execution hasn't"],
    ['endedEarly', "an activity task with sequence number 0 named 'one', but the current replay execution hasn't"],
    ['childForActivity', "an activity task .* 'one', but .* instead produced a CreateSubOrchestrationAction"],
    ['anotherChild', "a sub-orchestration task with sequence number 0 named 'child', but .* named 'other'"],
    ['timerForSignal', 'a send event task with sequence number 0 .* instead produced a CreateTimerOrchestratorAction'],
    ['generations', "an activity task with sequence number 0 named 'one', but the current replay execution hasn't"],
  ])('end as Failed, as on Azure: %s', async (name, expected) => {
    const { runtimeStatus, output } = await durable.end(name);

    expect(runtimeStatus).toBe('Failed');
    expect(output).toMatch(
      /^Non-Deterministic workflow detected: A previous execution of this orchestration scheduled /,
    );
    expect(output).toMatch(new RegExp(expected));
  });

  it('go on where they ask for the same, whatever the inputs', async () => {
    expect((await durable.end('sameSteps')).output).toBe('new');
  });

  it('go on where nothing that the history holds has changed', async () => {
    await durable.raise('stepInserted', 'go', 1);
    expect((await durable.end('stepInserted')).runtimeStatus).toBe('Completed');
  });

  it('keep to the old path where the new code branches on the version', async () => {
    expect(await durable.end('branched')).toMatchObject({ runtimeStatus: 'Completed', output: '1.0' });
    const id = await durable.start('branched');
    await durable.raise(id, 'go', 1);
    expect(await durable.end(id)).toMatchObject({ runtimeStatus: 'Completed', output: '2.0' });
  });

  it('wait as Pending on a host that is older than they, and go on with one of their version', async () => {
    await restart({ 'host.json': hostText('1.0') });
    const start = await durable.webhook('orchestrators/branched/newer?version=2.0', { method: 'POST' });
    expect(start.status).toBe(202);
    await durable.raise('newer', 'go', 1);
    await durable.command('newer', 'terminate?reason=enough');
    expect(await durable.run('child')).toMatchObject({ runtimeStatus: 'Completed' });
    expect((await durable.status('newer')).runtimeStatus).toBe('Pending');

    await restart({ 'host.json': hostText('2.0') });
    expect((await durable.end('newer')).runtimeStatus).toBe('Terminated');
  });

  it('wait as Pending on a host without a default version', async () => {
    await restart({ 'host.json': JSON.stringify({ version: '2.0' }) });
    await durable.webhook('orchestrators/branched/unversioned?version=1.0', { method: 'POST' });
    expect(await durable.run('child')).toMatchObject({ runtimeStatus: 'Completed' });
    expect((await durable.status('unversioned')).runtimeStatus).toBe('Pending');
  });
});
