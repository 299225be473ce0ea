import type { InvocationContext } from '@azure/functions';
import type { AppContext } from '../shared/context.ts';
import { ownUrl } from '../shared/http/links.ts';
import { traceOf } from '../shared/http/request-trace.ts';
import type { MessageDetails } from '../shared/messages/message-source.ts';
import { hostOrigin } from './host-origin.ts';

/** What an invocation says of a request that came by a message or an event. */
export function messageOrigin(context: AppContext, invocation: InvocationContext): Omit<MessageDetails, 'messageId'> {
  return {
    requestId: invocation.invocationId,
    receivedAtMs: context.now(),
    ...traceOf(null, invocation),
    baseUrl: ownUrl(context, () => hostOrigin(invocation)),
  };
}
