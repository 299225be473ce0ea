import { callerWithoutRoles } from '../domain/caller.ts';
import { parseJsonObject } from '../http/read-json-body.ts';
import { acceptParsedRun } from '../http/run/accept-parsed-run.ts';
import { stringifyJson } from '../json.ts';
import type { MessageSource } from './message-source.ts';
import { parseRunMessage } from './run-message.ts';

const QUEUE = 'run-requests';

/** Whoever may write the queue: its messages say nothing about their senders that could be believed. */
const CALLER = callerWithoutRoles({ kind: 'queue', id: QUEUE, name: QUEUE });

/** The queue of requests for runs: a message asks for one run. Its id is the key where the body has none. */
export const runRequests: MessageSource = {
  queue: QUEUE,
  isRead: () => true,
  read(text) {
    const body = parseJsonObject(text);
    return [
      {
        text,
        async accept(context, orchestrations, { messageId, requestId, ...origin }) {
          const { parsed, correlationId } = parseRunMessage(body, context);
          const requester = { caller: CALLER, source: 'queue', requestId } as const;
          const { stored, replayed } = await acceptParsedRun(context, orchestrations, requester, parsed, {
            idempotencyKey: parsed.idempotencyToken ?? messageId,
            correlationId,
            ...origin,
          });
          const { id: run } = stored.record;
          context.log.info('message.accepted', { queue: QUEUE, message: messageId, run, replayed });
        },
      },
    ];
  },
  again(text, messageId) {
    try {
      const body = parseJsonObject(text);
      return stringifyJson({ ...body, idempotency_token: body['idempotency_token'] ?? messageId });
    } catch {
      // Nothing has been run for what cannot be read.
      return text;
    }
  },
};
