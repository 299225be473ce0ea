import { acceptRequest, ACCEPTANCE_PARAMETERS } from '../shared/http/run/accept-request.ts';
import { readOptionalJsonBody } from '../shared/http/read-json-body.ts';
import { parseTemplateCall } from '../shared/http/run/template-request.ts';
import { requestedTemplate } from '../shared/http/template/template-response.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('run-template', {
  methods: ['POST'],
  route: 'templates/{name}/runs',
  query: ACCEPTANCE_PARAMETERS,
  handle: async (request, context, call) => {
    const template = requestedTemplate(request, context, call);
    const parsed = parseTemplateCall(template, await readOptionalJsonBody(request), context.config);
    return acceptRequest(request, context, runOrchestrationsOf(call.invocation), parsed, call);
  },
});
