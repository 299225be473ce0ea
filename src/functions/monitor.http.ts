import type { Handle, OpenCall } from '../shared/http/handler.ts';
import { pageFiles } from '../shared/http/monitor/page-files.ts';
import { pageResponse } from '../shared/http/monitor/page-response.ts';

/** `GET /api/monitor` */
export const handle: Handle<OpenCall> = async (request, context) => pageResponse(request, context, await pageFiles());
