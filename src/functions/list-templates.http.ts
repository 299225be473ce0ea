import { json, type Call, type Handle } from '../shared/http/handler.ts';
import { listedTemplates, templateDocument } from '../shared/http/template/template-response.ts';

/** `GET /api/templates` */
export const handle: Handle<Call> = async (_request, context, call) =>
  json(200, { templates: listedTemplates(context, call).map(templateDocument) });
