import { json, type Call, type Handle } from '../shared/http/handler.ts';
import { sessionDocument } from '../shared/http/monitor/session-document.ts';

/** `GET /api/monitor/session` */
export const handle: Handle<Call> = (_request, context, call) =>
  Promise.resolve(json(200, sessionDocument(context, call)));
