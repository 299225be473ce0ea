import { z } from 'zod';
import { ControlError, controlBody, type Control, type ControlRequest } from '../../emulator/control-plane.ts';
import type { Workspace } from '../workspace.ts';

/** Whether, or how often: a chance between 0 and 1. */
const chance = z.union([z.boolean().transform(Number), z.number().min(0).max(1)]).default(0);

const bodySchema = z.strictObject({
  url: z.url(),
  username: z.string().optional(),
  password: z.string().optional(),
  delay_seconds: z.number().nonnegative().default(0),
  drop: chance,
  duplicate: chance,
  ids: z.enum(['string', 'number']).default('string'),
});

/** `webhooks`: where the notifications of every unknown destination go, and how badly they are delivered. */
export function webhooksControl({ webhooks }: Workspace): Control<ControlRequest> {
  return async (request) => {
    if (request.method === 'DELETE') webhooks.fallback = undefined;
    else if (request.method === 'POST') {
      const { delay_seconds: delaySeconds, drop, duplicate, ...destination } = controlBody(request, bodySchema);
      webhooks.fallback = { ...destination, delaySeconds, dropChance: drop, duplicateChance: duplicate };
    } else throw new ControlError(405, 'webhooks takes POST and DELETE.');
    return {};
  };
}
