import { json } from '../shared/http/handler.ts';
import { sessionDocument } from '../shared/http/monitor/session-document.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('monitor-session', {
  methods: ['GET'],
  route: 'monitor/session',
  handle: (_request, context, call) => Promise.resolve(json(200, sessionDocument(context, call))),
});
