import { ControlError, type Control, type ControlRequest } from '../../emulator/control-plane.ts';
import { idOf } from '../ids.ts';
import { knownJson } from '../runs/run-json.ts';
import type { Workspace } from '../workspace.ts';

/** `runs`: everything known of each run, newest first; `runs/ID` for one. */
export function runsControl({ runs }: Workspace): Control<ControlRequest> {
  return async ({ method }, rest) => {
    if (method !== 'GET') throw new ControlError(405, 'runs takes GET.');
    if (rest === '') return { runs: Array.from(runs.kept.all.after(), (run) => knownJson(run)) };
    const run = runs.kept.get(idOf(rest));
    if (run === undefined) throw new ControlError(404, `There is no run ${rest}.`);
    return knownJson(run);
  };
}
