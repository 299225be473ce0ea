import type { AppContext } from '../context.ts';
import { callerWithoutRoles } from '../domain/caller.ts';
import type { RunOrchestrations } from '../durable/run-orchestrations.ts';
import { incomingEvent, type IncomingEvent } from '../events/event.ts';
import { matchingRule } from '../events/event-rule.ts';
import { ruleCall } from '../events/rule-call.ts';
import { ProblemError } from '../http/problem.ts';
import { parseJsonValue } from '../http/read-json-body.ts';
import { acceptParsedRun } from '../http/run/accept-parsed-run.ts';
import { parseTemplateCall } from '../http/run/template-request.ts';
import { parseWith } from '../http/schema-problem.ts';
import { type RequestTrace, traceOf } from '../http/request-trace.ts';
import { stringifyJson } from '../json.ts';
import { IdempotencyConflictError } from '../runs/accept/run-errors.ts';
import type { MessageDetails, MessageSource } from './message-source.ts';
import { hasRoundedNumber } from './rounded-number.ts';

/** The queue that Event Grid delivers to; what it can never run is kept beside it, whichever way an event came. */
export const EVENTS_QUEUE = 'run-events';

/** Whoever may publish to a topic that is subscribed to: what an event says of its source is not to be believed. */
const CALLER = callerWithoutRoles({ kind: 'event_grid', id: 'event_grid', name: 'Event Grid' });

/** What is wrong in a list is kept event by event, so a list of many small faults would fill queue and topic. */
const MAX_EVENTS = 100;

/** The queue of events: a message holds one, or a list of up to a hundred. Read only where there are rules for them. */
export const runEvents: MessageSource = {
  queue: EVENTS_QUEUE,
  read(text) {
    const value = parseJsonValue(text);
    const events = Array.isArray(value) ? (value as unknown[]) : [value];
    if (events.length > MAX_EVENTS)
      throw new ProblemError('INVALID_BODY', `A message holds ${MAX_EVENTS} events at most.`);
    return events.map((event) => ({
      text: stringifyJson(event),
      accept: (context, orchestrations, details) => acceptEvent(context, orchestrations, event, details),
    }));
  },
  // An event has a key of its own.
  again: (text) => text,
};

/**
 * Accepts the run that an event asks for by the first rule that it matches; an event that matches none asks for nothing.
 * The same event is known by its source and id, however often and by whichever way it comes.
 * @throws {ProblemError} 400 for what is no event, 403 of the policy, 404 for a template that has gone, 422 where the
 * event does not have what the template needs
 * @throws what `acceptRun` throws, but that the key came with another body: rules may have changed since
 */
export async function acceptEvent(
  context: AppContext,
  orchestrations: RunOrchestrations,
  document: unknown,
  { requestId, ...origin }: Omit<MessageDetails, 'messageId'>,
): Promise<void> {
  const event = parseWith(incomingEvent, document);
  const { id, source, type } = event;
  const rule = matchingRule(context.eventRules?.current() ?? [], event);
  const log = context.log.with({ event: id, source, type, rule: rule?.id ?? null });
  if (rule === undefined) return log.info('event.unmatched');
  const template = context.templates?.current().get(rule.template);
  if (template === undefined) {
    throw new ProblemError('TEMPLATE_NOT_FOUND', `The rule ${rule.id} names a template that is no longer there.`);
  }
  const call = ruleCall(rule, event);
  if (hasRoundedNumber(call)) {
    const detail =
      'A number of the event has more digits than arrive by the Event Grid trigger: deliver events to the queue.';
    throw new ProblemError('TEMPLATE_PARAMETERS_INVALID', detail);
  }
  const parsed = parseTemplateCall(template, call, context.config);
  const requester = { caller: CALLER, source: 'event_grid', requestId } as const;
  const idempotencyKey = JSON.stringify([source, id]);
  try {
    const { stored, replayed } = await acceptParsedRun(context, orchestrations, requester, parsed, {
      idempotencyKey,
      ...origin,
      ...traceOfEvent(event),
    });
    log.info('event.accepted', { run: stored.record.id, replayed });
  } catch (error) {
    if (!(error instanceof IdempotencyConflictError)) throw error;
    log.info('event.repeated');
  }
}

/**
 * The trace that a publisher says its event is a part of: the one to hang from, where there is one.
 * @see https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md
 */
function traceOfEvent({ document: { traceparent } }: IncomingEvent): RequestTrace {
  return traceOf(typeof traceparent === 'string' ? traceparent : null, {});
}
