import { openApp } from '../shared/app.ts';
import { beginAttempt } from '../shared/runs/begin-attempt.ts';
import { activity } from './activity.ts';

activity('begin-attempt', (input) => beginAttempt(openApp(), input));
