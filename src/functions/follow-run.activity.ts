import { openApp } from '../shared/app.ts';
import { followRun } from '../shared/runs/follow-run.ts';
import { activity } from './activity.ts';

activity('follow-run', (input) => followRun(openApp(), input));
