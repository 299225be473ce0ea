import { z } from 'zod';
import { faultSchema, type Faults } from './faults.ts';
import type { RequestCounts } from './request-counts.ts';

/** A refusal by the control plane; its response is `{ error_code, message }`. */
export class ControlError extends Error {
  override name = 'ControlError' as const;
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }

  get errorCode(): string {
    return ERROR_CODES[this.status] ?? 'INVALID_PARAMETER_VALUE';
  }
}

const ERROR_CODES: Record<number, string> = { 401: 'UNAUTHENTICATED', 404: 'NOT_FOUND', 405: 'METHOD_NOT_ALLOWED' };

/** One request to `/_emulator/<name>/<rest>`. */
export interface ControlRequest {
  method: string;
  body: Buffer;
}

/** A route of the control plane; `rest` is the path after its name. Returns the JSON of a 200. */
export type Control<Request extends ControlRequest> = (request: Request, rest: string) => Promise<unknown>;

/**
 * Parses a control-plane body.
 * @throws ControlError 400 that names every offending field
 */
export function controlBody<Schema extends z.ZodType>(request: ControlRequest, schema: Schema): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString('utf8'));
  } catch {
    throw new ControlError(400, 'The body is not JSON.');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ControlError(400, z.prettifyError(parsed.error));
  return parsed.data;
}

/** The controls that every emulator has: `faults` and `requests`. */
export function commonControls(
  faults: Faults,
  counts: RequestCounts,
): Record<string, (request: ControlRequest, rest: string) => Promise<unknown>> {
  return {
    faults: async (request, rest) => {
      if (request.method === 'POST' && rest === '') return { id: faults.add(controlBody(request, faultSchema)) };
      if (request.method === 'GET' && rest === '') return { faults: faults.list() };
      if (request.method !== 'DELETE') throw new ControlError(405, 'faults takes POST, GET and DELETE.');
      if (rest === '') faults.clear();
      else if (!faults.remove(rest)) throw new ControlError(404, `There is no fault ${rest}.`);
      return {};
    },
    requests: async (request) => {
      if (request.method === 'GET') return counts.toJSON();
      if (request.method !== 'DELETE') throw new ControlError(405, 'requests takes GET and DELETE.');
      counts.clear();
      return {};
    },
  };
}
