import { z } from 'zod';
import { ControlError, controlBody, type Control, type ControlRequest } from '../../emulator/control-plane.ts';
import type { Workspace } from '../workspace.ts';

const bodySchema = z.strictObject({
  max_concurrent_runs: z.int().min(0).nullable().optional(),
  creations: z
    .strictObject({ count: z.int().min(0), window_seconds: z.number().positive() })
    .nullable()
    .optional(),
  rates: z.record(z.string(), z.number().positive().nullable()).nullable().optional(),
});

/** `limits`: replaces what the body names; null lifts. Returns all limits that are in force. */
export function limitsControl({ runs, rates }: Workspace): Control<ControlRequest> {
  return async (request) => {
    if (request.method === 'POST') {
      const body = controlBody(request, bodySchema);
      if (body.creations !== undefined) {
        runs.creations.count = body.creations?.count ?? Infinity;
        runs.creations.windowMs = (body.creations?.window_seconds ?? 0) * 1_000;
      }
      if (body.rates === null) rates.clear();
      for (const [operation, perSecond] of Object.entries(body.rates ?? {}))
        rates.set(operation, perSecond ?? undefined);
      if (body.max_concurrent_runs !== undefined) {
        runs.admission.maxConcurrentRuns = body.max_concurrent_runs ?? Infinity;
        runs.admission.fill();
      }
    } else if (request.method !== 'GET') throw new ControlError(405, 'limits takes GET and POST.');
    const { maxConcurrentRuns } = runs.admission;
    const { count, windowMs } = runs.creations;
    return {
      max_concurrent_runs: Number.isFinite(maxConcurrentRuns) ? maxConcurrentRuns : null,
      creations: Number.isFinite(count) ? { count, window_seconds: windowMs / 1_000 } : null,
      rates: rates.toJSON(),
    };
  };
}
