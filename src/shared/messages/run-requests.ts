import { callerWithoutRoles } from '../domain/caller.ts';
import { parseJsonObject } from '../http/read-json-body.ts';
import { acceptParsedRun } from '../http/run/accept-parsed-run.ts';
import { stringifyJson } from '../json.ts';
import { IdempotencyConflictError } from '../runs/accept/run-errors.ts';
import type { MessageSource } from './message-source.ts';
import { parseRunMessage } from './run-message.ts';

const QUEUE = 'run-requests';

/** Whoever may write the queue: its messages say nothing about their senders that could be believed. */
const CALLER = callerWithoutRoles({ kind: 'queue', id: QUEUE, name: QUEUE });

/** The queue of requests for runs: a message asks for one run. Its id is the key where the body has none. */
export const runRequests: MessageSource = {
  queue: QUEUE,
  read(text) {
    const body = parseJsonObject(text);
    return [
      {
        text,
        async accept(context, orchestrations, { messageId, requestId, ...origin }) {
          const { parsed, correlationId } = parseRunMessage(body, context);
          const requester = { caller: CALLER, source: 'queue', requestId } as const;
          const known = { queue: QUEUE, message: messageId };
          try {
            const { stored, replayed } = await acceptParsedRun(context, orchestrations, requester, parsed, {
              idempotencyKey: parsed.idempotencyToken ?? messageId,
              correlationId,
              ...origin,
            });
            context.log.info('message.accepted', { ...known, run: stored.record.id, replayed });
          } catch (error) {
            // No two messages have one id: its run is there, and its template has changed since.
            if (parsed.idempotencyToken !== undefined || !(error instanceof IdempotencyConflictError)) throw error;
            context.log.info('message.repeated', known);
          }
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
