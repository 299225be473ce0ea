import { z } from 'zod';
import { invalidParameter } from '../api-error.ts';
import type { Parameters } from '../runs/record.ts';

/** Databricks' limit for each `*_params`, as JSON. */
const MAX_PARAMETERS_BYTES = 10_000;

/** The parameters that `run-now` and `runs/repair` take. */
export const parametersSchema = z.looseObject({
  job_parameters: z.record(z.string(), z.unknown()).optional(),
  notebook_params: z.record(z.string(), z.unknown()).optional(),
  python_params: z.array(z.string()).optional(),
  jar_params: z.array(z.string()).optional(),
});

/**
 * The parameters of a request, or undefined if it gives none.
 * @throws ApiError 400 INVALID_PARAMETER_VALUE for too many bytes, or jar_params together with notebook_params
 */
export function parametersOf(request: z.output<typeof parametersSchema>): Parameters | undefined {
  for (const [field, value] of Object.entries(request))
    if (field.endsWith('_params') && Buffer.byteLength(JSON.stringify(value)) > MAX_PARAMETERS_BYTES)
      throw invalidParameter(`The JSON representation of ${field} cannot exceed ${MAX_PARAMETERS_BYTES} bytes.`);
  const { job_parameters: job, notebook_params: notebook, python_params: python, jar_params: jar } = request;
  if (jar !== undefined && notebook !== undefined)
    throw invalidParameter('jar_params and notebook_params cannot be specified together.');
  if (job === undefined && notebook === undefined && python === undefined) return undefined;
  return { job: job ?? {}, notebook: notebook ?? {}, ...(python === undefined ? {} : { python }) };
}
