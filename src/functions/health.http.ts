import type { Handle, OpenCall } from '../shared/http/handler.ts';
import { healthResponse } from '../shared/http/health/health-response.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';

/** `GET /api/health` */
export const handle: Handle<OpenCall> = (request, context, call) =>
  healthResponse(request, context, { orchestrations: runOrchestrationsOf(call.invocation), call });

export { unconfiguredHealth as unconfigured } from '../shared/http/health/health-response.ts';
