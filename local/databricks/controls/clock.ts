import { z } from 'zod';
import { ControlError, controlBody, type Control, type ControlRequest } from '../../emulator/control-plane.ts';
import type { Workspace } from '../workspace.ts';

const bodySchema = z.strictObject({ advance_seconds: z.number().nonnegative() });

/** `clock`: moves emulated time on; what falls due meanwhile has happened when the response comes. */
export function clockControl(workspace: Workspace): Control<ControlRequest> {
  const { clock } = workspace;
  return async (request) => {
    if (request.method === 'POST') {
      clock.advance(controlBody(request, bodySchema).advance_seconds * 1_000);
      workspace.flush();
    } else if (request.method !== 'GET') throw new ControlError(405, 'clock takes GET and POST.');
    return { now: clock.now(), scale: clock.scale };
  };
}
