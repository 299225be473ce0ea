import { openApp } from '../shared/app.ts';
import { submitRun } from '../shared/runs/submit-run.ts';
import { activity } from './activity.ts';

activity('submit-run', (input) => submitRun(openApp(), input));
