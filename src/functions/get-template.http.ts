import { json } from '../shared/http/handler.ts';
import { templateDocument, visibleTemplate } from '../shared/http/template/template-response.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('get-template', {
  methods: ['GET'],
  route: 'templates/{name}',
  handle: async (request, context, call) => json(200, templateDocument(visibleTemplate(request, context, call))),
});
