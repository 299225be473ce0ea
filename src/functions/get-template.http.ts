import { json, type Call, type Handle } from '../shared/http/handler.ts';
import { templateDocument, visibleTemplate } from '../shared/http/template/template-response.ts';

/** `GET /api/templates/{name}` */
export const handle: Handle<Call> = async (request, context, call) =>
  json(200, templateDocument(visibleTemplate(request, context, call)));
