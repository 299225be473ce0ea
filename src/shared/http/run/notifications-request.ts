import { parseWith } from '../schema-problem.ts';
import { closed } from '../../schema-wording.ts';

/** The body of `POST /api/runs/{id}/notifications`: there is nothing to say, yet. */
export const notificationsBody = closed({});

/** Reads a request to notify again. @throws {ProblemError} 400 for a body that says anything. */
export function parseNotificationsRequest(body: Record<string, unknown>): void {
  parseWith(notificationsBody, body);
}
