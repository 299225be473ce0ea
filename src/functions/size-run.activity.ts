import { openApp } from '../shared/app.ts';
import { sizeRun } from '../shared/runs/size-run.ts';
import { activity } from './activity.ts';

activity('size-run', (input) => sizeRun(openApp(), input));
