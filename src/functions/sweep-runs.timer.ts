import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { sweepRuns } from '../shared/runs/sweep-runs.ts';
import { logged } from '../shared/telemetry/logged.ts';
import { durableClient, engineOf } from './engine.ts';

app.timer('sweep-runs', {
  schedule: '0 */5 * * * *',
  extraInputs: [durableClient],
  handler: logged('sweep-runs', openApp, async (_timer, context) => {
    await sweepRuns(openApp(), engineOf(context));
  }),
});
