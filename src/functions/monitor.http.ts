import { pageFiles } from '../shared/http/monitor/page-files.ts';
import { pageResponse } from '../shared/http/monitor/page-response.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('monitor', {
  methods: ['GET'],
  route: 'monitor',
  access: 'open',
  mayBeKept: true,
  handle: async (request, context) => pageResponse(request, context, await pageFiles()),
});
