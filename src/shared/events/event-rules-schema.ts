import * as z from 'zod';
import { pointer } from '../json-pointer.ts';
import type { FieldProblem } from '../templates/field-problem.ts';
import { sampleValues } from '../templates/sample-values.ts';
import type { Template, Templates } from '../templates/template.ts';
import type { EventRule, ParameterSource } from './event-rule.ts';

const MAX_RULES = 1_000;

/** A text that is matched as a whole, or as a beginning; a `*` stands at its end alone. */
const pattern = z
  .string()
  .min(1)
  .max(4_096)
  .refine((text) => !text.slice(0, -1).includes('*'), 'A * stands at the end, for any rest, and nowhere else.');

const jsonPointer = z
  .string()
  .regex(/^(?:\/(?:[^/~]|~[01])*)*$/, 'Expected a JSON Pointer into the event, as /data/url, or { "value": … }.')
  .transform((text): ParameterSource => ({ pointer: text }));

const constant = z.strictObject({ value: z.unknown() }).transform(({ value }): ParameterSource => ({ value }));

const rule = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, 'An id has up to 100 letters, digits, dots, dashes and underscores.'),
    type: pattern.optional(),
    source: pattern.optional(),
    subject: pattern.optional(),
    template: z.string(),
    parameters: z.record(z.string(), z.union([jsonPointer, constant])).default({}),
    gateway: z.record(z.string(), z.unknown()).optional(),
  })
  .transform(({ parameters, ...rest }): EventRule => ({ ...rest, parameters: new Map(Object.entries(parameters)) }));

const document = z.strictObject({ rules: z.array(rule).max(MAX_RULES) });

/** What the rules are checked against. */
export interface RuleChecks {
  /** The templates that rules may name. @throws {ConfigError} where they cannot be used */
  templates: () => Promise<Templates>;
  /** What is wrong with a call of a template, each with its path in the call. */
  problemsOf: (template: Template, call: Record<string, unknown>) => FieldProblem[];
}

/**
 * The schema of `EVENT_RULES_FILE`. Each rule is tried against its template with some value in the place of what comes
 * from the event.
 */
export function eventRulesSchema(checks: RuleChecks): z.ZodType<readonly EventRule[]> {
  return document.transform(async ({ rules }, context) => {
    const templates = rules.length === 0 ? new Map<string, Template>() : await checks.templates();
    const ids = new Set<string>();
    for (const [index, one] of rules.entries()) {
      const report = ({ path, message }: FieldProblem) =>
        context.addIssue({ code: 'custom', path: ['rules', index, ...path], message });
      if (ids.has(one.id)) report({ path: ['id'], message: 'Another rule has this id.' });
      ids.add(one.id);
      const template = templates.get(one.template);
      if (template === undefined) report({ path: ['template'], message: 'TEMPLATES_FILE has no such template.' });
      else for (const problem of ruleProblems(one, template, checks)) report(problem);
    }
    return rules;
  });
}

/** Faults of the values that stand in for the event's are left out. */
function ruleProblems(one: EventRule, template: Template, { problemsOf }: RuleChecks): FieldProblem[] {
  const samples = sampleValues(template.parameters);
  const values = [...one.parameters].map(([name, source]) => [
    name,
    'value' in source ? source.value : (samples.get(name) ?? 'x'),
  ]);
  const call = {
    parameters: Object.fromEntries(values) as Record<string, unknown>,
    ...(one.gateway === undefined ? {} : { gateway: one.gateway }),
  };
  const isOfSample = (path: FieldProblem['path']) => {
    const [member, name = ''] = path.map(String);
    const source = member === 'parameters' ? one.parameters.get(name) : undefined;
    return source !== undefined && 'pointer' in source && template.parameters.properties.has(name);
  };
  const problems = problemsOf(template, call).filter(({ path }) => !isOfSample(path));
  return [...new Map(problems.map((problem) => [`${pointer(problem.path)} ${problem.message}`, problem])).values()];
}
