import { app } from '@azure/functions';
import { isSweepDue } from '../shared/domain/sweep-schedule.ts';
import { durableClient, runOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { openContext } from '../shared/open-context.ts';
import { logged } from '../shared/telemetry/logged.ts';

app.timer('sweep-runs', {
  schedule: '0 * * * * *',
  extraInputs: [durableClient],
  handler: logged('sweep-runs', openContext, async (timer, invocation) => {
    const context = await openContext();
    if (!isSweepDue(context.now(), context.openedAtMs, timer.isPastDue)) return;
    const { sweepRuns } = await import('../shared/runs/sweep/sweep-runs.ts');
    await sweepRuns(context, runOrchestrationsOf(invocation));
  }),
});
