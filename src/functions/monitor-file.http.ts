import { pageFiles } from '../shared/http/monitor/page-files.ts';
import { fileResponse } from '../shared/http/monitor/page-response.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('monitor-file', {
  methods: ['GET'],
  route: 'monitor/{file}',
  access: 'open',
  mayBeKept: true,
  handle: async (request) => fileResponse(request, await pageFiles()),
});
