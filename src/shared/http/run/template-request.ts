import { absentIfNull, object } from '../../body-schema.ts';
import type { Config } from '../../config/config.ts';
import type { ParsedRunRequest } from '../../domain/run-request.ts';
import { pointer, pointerParts } from '../../json-pointer.ts';
import { effectiveValues } from '../../templates/effective-values.ts';
import type { FieldProblem } from '../../templates/field-problem.ts';
import { mergeGateway } from '../../templates/merge-gateway.ts';
import { fillPlaceholders } from '../../templates/placeholders.ts';
import type { Template } from '../../templates/template.ts';
import { ProblemError, type FieldError } from '../problem.ts';
import { gatewayOptions, idempotencyToken } from './run-body.ts';
import { parseRunRequest } from './run-request.ts';
import { parseWith } from '../schema-problem.ts';
import { closed } from '../../schema-wording.ts';

/** What is asked of a template, whatever the request came by. */
export const templateCall = closed({
  parameters: absentIfNull(object({}).default({})),
  gateway: gatewayOptions.nullish(),
  idempotency_token: idempotencyToken.nullish(),
});

/**
 * Makes the request for a run out of a template and what a caller gives: `{ parameters, gateway?, idempotency_token?
 * }`. The rest is as if the caller had sent the whole body.
 * @throws {ProblemError} 400 for a call that cannot be read, 422 for parameters that do not fit, and what a whole body
 * would throw; what is wrong with a value is said of the parameter that it came by
 */
export function parseTemplateCall(template: Template, call: Record<string, unknown>, config: Config): ParsedRunRequest {
  const parsed = parseWith(templateCall, call);
  // As they came: what a schema has parsed may have lost a member named __proto__, which is to be refused.
  const values = effectiveValues(template.parameters, (call['parameters'] ?? {}) as Record<string, unknown>);
  const problems = template.parameters.problemsOf(values);
  if (problems.length > 0)
    throw unfit(
      template,
      problems.map(({ path, message }) => ({ path: pointer(['parameters', ...path]), message })),
    );
  const filled = fillPlaceholders(template.request, template.placeholders, new Map(Object.entries(values)));
  const body = {
    ...filled,
    ...(parsed.gateway == null ? {} : { gateway: gatewayOf(template, filled, call['gateway']) }),
    ...(parsed.idempotency_token == null ? {} : { idempotency_token: parsed.idempotency_token }),
  };
  try {
    return parseRunRequest(body, config, { template: template.name, parameters: values });
  } catch (error) {
    throw error instanceof ProblemError ? ofParameters(error, template) : error;
  }
}

/** What is wrong with the body of a run, for the templates' own schema. */
export function runProblems(request: Record<string, unknown>, config: Config): FieldProblem[] {
  return problemsOf(() => parseRunRequest(request, config));
}

/** What is wrong with the call of a template, for the rules of events. */
export function templateCallProblems(
  template: Template,
  call: Record<string, unknown>,
  config: Config,
): FieldProblem[] {
  return problemsOf(() => parseTemplateCall(template, call, config));
}

function problemsOf(parse: () => unknown): FieldProblem[] {
  try {
    parse();
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const errors = error.extras.errors ?? [{ path: '', message: error.message }];
    return errors.map(({ path, message }) => ({ path: pointerParts(path), message }));
  }
}

/** @throws {ProblemError} 422 for another workspace than the template's: nothing in it is of that one */
function gatewayOf(template: Template, filled: Record<string, unknown>, asked: unknown): Record<string, unknown> {
  const [own, options] = [filled['gateway'] ?? {}, asked] as Record<string, unknown>[];
  const merged = mergeGateway(own ?? {}, options ?? {});
  if ((options?.['workspace'] ?? merged['workspace']) !== merged['workspace']) {
    throw unfit(template, [
      { path: '/gateway/workspace', message: 'The template runs in another workspace: leave it out.' },
    ]);
  }
  return merged;
}

function ofParameters(error: ProblemError, template: Template): ProblemError {
  const { errors } = error.extras;
  const mapped = errors?.map(({ path, message }): FieldError & { isOfParameter: boolean } => {
    const place = template.placeholders.find((one) => `${path}/`.startsWith(`${pointer(one.path)}/`));
    if (place === undefined) return { path, message, isOfParameter: false };
    return { path: pointer(['parameters', place.parameter]), message, isOfParameter: true };
  });
  if (mapped?.some(({ isOfParameter }) => isOfParameter) !== true) return error;
  return unfit(
    template,
    mapped.map(({ path, message }) => ({ path, message })),
  );
}

function unfit({ name }: Template, errors: FieldError[]): ProblemError {
  return new ProblemError('TEMPLATE_PARAMETERS_INVALID', `The parameters do not fit the template ${name}.`, { errors });
}
