import { openApp } from '../shared/app.ts';
import { notifyEnd } from '../shared/runs/notify-end.ts';
import { activity } from './activity.ts';

activity('notify-end', (input) => notifyEnd(openApp(), input));
