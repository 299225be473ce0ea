import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { httpHandler } from '../shared/http/handler.ts';
import { healthAnswer } from '../shared/http/health-answer.ts';
import { durableClient, engineOf } from './engine.ts';
import { hostOrigin } from './host-origin.ts';

app.http('health', {
  methods: ['GET'],
  route: 'health',
  authLevel: 'anonymous',
  extraInputs: [durableClient],
  handler: httpHandler(openApp, (request, app, context) =>
    healthAnswer(request, app, { engine: engineOf(context), origin: hostOrigin(context) }),
  ),
});
