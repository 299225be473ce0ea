import { openApp } from '../shared/app.ts';
import { cancelRun } from '../shared/runs/cancel-run.ts';
import { activity } from './activity.ts';

activity('cancel-run', (input) => cancelRun(openApp(), input));
