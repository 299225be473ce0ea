import { createHash } from 'node:crypto';
import * as z from 'zod';
import { object } from '../body-schema.ts';
import type { Config } from '../config/config.ts';
import type { AppContext } from '../context.ts';
import { OUTCOMES } from '../domain/outcome.ts';
import type { ParsedRunRequest } from '../domain/run-request.ts';
import { ProblemError } from '../http/problem.ts';
import { parseRunRequest } from '../http/run/run-request.ts';
import { parseTemplateCall } from '../http/run/template-request.ts';
import { parseWith } from '../http/schema-problem.ts';
import { RESULTS_QUEUE } from '../notify/queue-channel.ts';

/** What a message says beside the body of a run. */
const envelope = object({
  /** `run-results`, or one of `REPLY_QUEUES`. */
  reply_to: z.string().nullish(),
  correlation_id: z
    .string()
    .regex(/^\P{Cc}{1,255}$/u, 'Expected 1 to 255 characters, none of them a control character.')
    .refine((text) => text.isWellFormed(), 'Expected text without lone surrogates.')
    .nullish(),
  template: z.string().nullish(),
});

/** A request for a run that came in a message. */
export interface RunMessage {
  parsed: ParsedRunRequest;
  correlationId: string | undefined;
}

/**
 * Reads the body of a message of `run-requests`: the body of `POST /api/runs`, `{ job, … }` or `{ template, parameters,
 * gateway? }`, with `reply_to` and `correlation_id`. Its result goes to the queue that it names, else to `run-results`.
 * @throws {ProblemError} 400, 404 and 422: it can never be run as it is
 */
export function parseRunMessage(
  body: Record<string, unknown>,
  { config, templates }: Pick<AppContext, 'config' | 'templates'>,
): RunMessage {
  const { reply_to: replyTo, correlation_id: correlationId, template: name } = parseWith(envelope, body);
  const { reply_to: _replyTo, correlation_id: _correlationId, template: _template, ...request } = body;
  checkReplyQueue(replyTo ?? undefined, config);
  const parsed = name == null ? parseRunRequest(request, config) : parseTemplateRun(name, request, config, templates);
  return { parsed: withReply(parsed, request, replyTo ?? undefined), correlationId: correlationId ?? undefined };
}

function parseTemplateRun(
  name: string,
  call: Record<string, unknown>,
  config: Config,
  templates: AppContext['templates'],
): ParsedRunRequest {
  const template = templates?.current().get(name);
  if (template !== undefined) return parseTemplateCall(template, call, config);
  const message = `There is no template ${name.slice(0, 100)}.`;
  throw new ProblemError('TEMPLATE_NOT_FOUND', message, { errors: [{ path: '/template', message }] });
}

/** @throws {ProblemError} 400: whoever may write one queue may not have the gateway write any other */
function checkReplyQueue(replyTo: string | undefined, { runs }: Config): void {
  if (replyTo === undefined || replyTo === RESULTS_QUEUE || runs.replyQueues.includes(replyTo)) return;
  const message = 'Results go to no such queue: REPLY_QUEUES does not name it.';
  throw new ProblemError('INVALID_BODY', message, { errors: [{ path: '/reply_to', message }] });
}

const notifiesNoQueue = z.looseObject({
  gateway: z.looseObject({ notify: z.looseObject({ queue: z.union([z.literal(false), z.literal('false')]) }) }),
});

/** The request with its result sent to a queue, unless it says that none shall be. */
function withReply(
  parsed: ParsedRunRequest,
  body: Record<string, unknown>,
  replyTo: string | undefined,
): ParsedRunRequest {
  const usual = notifiesNoQueue.safeParse(body).success ? undefined : RESULTS_QUEUE;
  const target = replyTo ?? usual;
  if (target === undefined) return parsed;
  const { request, bodyHash } = parsed;
  const { channels, ...notify } = request.notify ?? { on: [...OUTCOMES], channels: [] };
  const reply = { name: 'queue', target };
  return {
    ...parsed,
    request: {
      ...request,
      notify: { ...notify, channels: [reply, ...channels.filter(({ name }) => name !== reply.name)] },
    },
    // The same key with another receiver is another request.
    bodyHash: target === usual ? bodyHash : digest(`${bodyHash} ${target}`),
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
