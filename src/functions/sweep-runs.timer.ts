import { app } from '@azure/functions';
import { openApp } from '../shared/create-context.ts';
import { isSweepDue } from '../shared/domain/sweep-schedule.ts';
import { sweepRuns } from '../shared/runs/sweep/sweep-runs.ts';
import { logged } from '../shared/telemetry/logged.ts';
import { durableClient, engineOf } from '../shared/durable/durable-client.ts';

app.timer('sweep-runs', {
  schedule: '0 * * * * *',
  extraInputs: [durableClient],
  handler: logged('sweep-runs', openApp, async (timer, context) => {
    const opened = openApp();
    if (isSweepDue(opened.now(), opened.openedAtMs, timer.isPastDue)) await sweepRuns(opened, engineOf(context));
  }),
});
