import type { Handle, OpenCall } from '../shared/http/handler.ts';
import { pageFiles } from '../shared/http/monitor/page-files.ts';
import { fileResponse } from '../shared/http/monitor/page-response.ts';

/** `GET /api/monitor/{file}` */
export const handle: Handle<OpenCall> = async (request) => fileResponse(request, await pageFiles());
