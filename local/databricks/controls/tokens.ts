import { z } from 'zod';
import { ControlError, controlBody, type Control, type ControlRequest } from '../../emulator/control-plane.ts';
import type { Authenticator } from '../authentication.ts';

const bodySchema = z.strictObject({ tokens: z.array(z.string().min(1)).max(100) });

/** `tokens`: the personal access tokens that are valid from now on, in place of those before. Never shows one. */
export function tokensControl(authenticator: Authenticator): Control<ControlRequest> {
  return async (request) => {
    if (request.method !== 'POST') throw new ControlError(405, 'tokens takes POST.');
    const { tokens } = controlBody(request, bodySchema);
    authenticator.setTokens(tokens);
    return { count: tokens.length };
  };
}
