import { openApp } from '../shared/app.ts';
import { queueRun } from '../shared/runs/queue-run.ts';
import { activity } from './activity.ts';

activity('queue-run', (input) => queueRun(openApp(), input));
