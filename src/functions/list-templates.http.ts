import { json } from '../shared/http/handler.ts';
import { listedTemplates, templateDocument } from '../shared/http/template/template-response.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('list-templates', {
  methods: ['GET'],
  route: 'templates',
  handle: async (_request, context, call) =>
    json(200, { templates: listedTemplates(context, call).map(templateDocument) }),
});
