import { openApp } from '../shared/app.ts';
import { completeRun } from '../shared/runs/complete-run.ts';
import { activity } from './activity.ts';

activity('complete-run', (input) => completeRun(openApp(), input));
