import { resourceMetadata } from '../shared/http/resource-metadata.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('resource-metadata', {
  methods: ['GET'],
  route: '.well-known/oauth-protected-resource',
  access: 'open',
  handle: (request, context) => Promise.resolve(resourceMetadata(request, context)),
});
