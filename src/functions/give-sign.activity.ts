import { openApp } from '../shared/app.ts';
import { giveSign } from '../shared/runs/give-sign.ts';
import { activity } from './activity.ts';

activity('give-sign', (input) => giveSign(openApp(), input));
