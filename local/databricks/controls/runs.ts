import { ControlError, type Control } from '../../emulator/control-plane.ts';
import type { EmulatedRequest } from '../../emulator/emulator.ts';
import { idOf } from '../ids.ts';
import { knownJson } from '../runs/run-json.ts';
import type { Workspace } from '../workspace.ts';

/**
 * `runs`: everything known of each run, newest first, or of those alone whose idempotency token begins so
 * (`?idempotency_token=`); `runs/ID` for one.
 */
export function runsControl({ runs }: Workspace): Control<EmulatedRequest> {
  return async ({ method, url }, rest) => {
    if (method !== 'GET') throw new ControlError(405, 'runs takes GET.');
    if (rest === '') {
      const begin = url.searchParams.get('idempotency_token') ?? '';
      const asked = [...runs.kept.all.after()].filter(
        ({ settings }) => begin === '' || settings.idempotency_token?.startsWith(begin) === true,
      );
      return { runs: asked.map((run) => knownJson(run)) };
    }
    const run = runs.kept.get(idOf(rest));
    if (run === undefined) throw new ControlError(404, `There is no run ${rest}.`);
    return knownJson(run);
  };
}
