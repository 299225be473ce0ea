import { app } from '@azure/functions';
import { openContext } from '../shared/create-context.ts';
import { isSweepDue } from '../shared/domain/sweep-schedule.ts';
import { sweepRuns } from '../shared/runs/sweep/sweep-runs.ts';
import { logged } from '../shared/telemetry/logged.ts';
import { durableClient, runOrchestrationsOf } from '../shared/durable/durable-client.ts';

app.timer('sweep-runs', {
  schedule: '0 * * * * *',
  extraInputs: [durableClient],
  handler: logged('sweep-runs', openContext, async (timer, invocation) => {
    const context = openContext();
    if (isSweepDue(context.now(), context.openedAtMs, timer.isPastDue))
      await sweepRuns(context, runOrchestrationsOf(invocation));
  }),
});
