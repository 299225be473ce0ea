import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { AppContext } from '../../context.ts';
import type { RunNotification } from '../../domain/run-notification.ts';
import { idText } from '../../id-text.ts';
import { ProblemError } from '../problem.ts';
import { parseWith } from '../schema-problem.ts';

/**
 * A job notification of Databricks; ids come as numbers or as text. A task's notification names the job run as parent.
 * @see https://learn.microsoft.com/azure/databricks/jobs/notifications
 */
export const notification = z.looseObject({
  event_type: z.string(),
  run: z.looseObject({ run_id: idText, parent_run_id: idText.nullish() }),
});

const END_EVENTS: ReadonlySet<string> = new Set(['jobs.on_success', 'jobs.on_failure']);

/** @throws {ProblemError} 400. */
export function parseNotification(body: unknown): RunNotification {
  const { event_type: event, run } = parseWith(notification, body);
  if (run.parent_run_id != null) return { runId: run.parent_run_id, isEnd: false };
  return { runId: run.run_id, isEnd: END_EVENTS.has(event) };
}

/** The workspaces whose notification destination sends these credentials. @throws {ProblemError} 401. */
export async function checkDestination(authorization: string | null, context: AppContext): Promise<string[]> {
  const given = basicCredentials(authorization);
  const names: string[] = [];
  for (const { name, webhook } of context.config.workspaces) {
    if (webhook === undefined || given === undefined) continue;
    const username = await context.secrets.get(webhook.username);
    const password = await context.secrets.get(webhook.password);
    // Both are compared whatever the first gives, so that the time taken reveals nothing.
    const sameName = isEqual(given.username, username);
    if (isEqual(given.password, password) && sameName) names.push(name);
  }
  if (names.length === 0)
    throw new ProblemError('UNAUTHENTICATED', 'The notification carries no known credentials.', {
      challenge: 'Basic realm="webhooks"',
    });
  return names;
}

function basicCredentials(authorization: string | null): { username: string; password: string } | undefined {
  const encoded = /^Basic ([\w+/=-]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [username = '', ...password] = Buffer.from(encoded, 'base64').toString().split(':');
  return { username, password: password.join(':') };
}

/** Takes the same time for any two texts. */
function isEqual(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
