import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { httpHandler } from '../shared/http/handler.ts';
import { healthAnswer } from '../shared/http/health-answer.ts';
import { checkHealth } from '../shared/runs/health.ts';
import { durableClient, engineOf } from './engine.ts';

app.http('health', {
  methods: ['GET'],
  route: 'health',
  authLevel: 'anonymous',
  extraInputs: [durableClient],
  handler: httpHandler(openApp, async (request, app, context) =>
    healthAnswer(request, app, await checkHealth(app, engineOf(context))),
  ),
});
