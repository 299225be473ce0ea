import { z } from 'zod';
import { ControlError, controlBody, type Control, type ControlRequest } from '../../emulator/control-plane.ts';
import type { HeldStatements } from '../sql/engine/held-statements.ts';

const bodySchema = z.strictObject({ held: z.array(z.string().min(1)).max(1_000) });

/** `statements`: holds the statements of these texts, and no others. Returns all that are held. */
export function statementsControl(held: HeldStatements): Control<ControlRequest> {
  return async (request) => {
    if (request.method === 'POST') held.replace(controlBody(request, bodySchema).held);
    else if (request.method !== 'GET') throw new ControlError(405, 'statements takes GET and POST.');
    return { held: held.texts };
  };
}
