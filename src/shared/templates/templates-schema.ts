import * as z from 'zod';
import type { FieldProblem } from './field-problem.ts';
import type { ParameterSchema } from './parameter-schema.ts';
import { fillPlaceholders, findPlaceholders, FOR_EACH_INPUT, type Placeholder } from './placeholders.ts';
import { sampleValues } from './sample-values.ts';
import type { Template, Templates } from './template.ts';

const entry = z.strictObject({
  description: z.string().max(4_096),
  parameters: z.unknown(),
  request: z.custom<Record<string, unknown>>(isObject, 'Expected the body of a run.'),
});

/** A name stands in paths of URLs and in rules as it is. */
const TEMPLATE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/**
 * The schema of `TEMPLATES_FILE`. `problemsOf` says what is wrong with the body of a run: each template is tried with
 * values in all of its places, and with none in those that need none.
 */
export function templatesSchema(
  problemsOf: (request: Record<string, unknown>) => FieldProblem[],
): z.ZodType<Templates> {
  return z.unknown().transform(async (document, context): Promise<Templates> => {
    const templates = new Map<string, Template>();
    const report = ({ path, message }: FieldProblem) => context.addIssue({ code: 'custom', path: [...path], message });
    if (!isObject(document)) report({ path: [], message: 'Expected an object of templates by name.' });
    for (const [name, value] of isObject(document) ? Object.entries(document) : []) {
      const { template, problems } = await readTemplate(name, value, problemsOf);
      if (template !== undefined) templates.set(name, template);
      for (const { path, message } of problems) report({ path: [name, ...path], message });
    }
    return templates;
  });
}

async function readTemplate(
  name: string,
  value: unknown,
  problemsOf: (request: Record<string, unknown>) => FieldProblem[],
): Promise<{ template?: Template; problems: FieldProblem[] }> {
  if (!TEMPLATE_NAME.test(name)) {
    const message = 'The name of a template has up to 100 letters, digits, dashes and underscores.';
    return { problems: [{ path: [], message }] };
  }
  const parsed = entry.safeParse(value);
  if (!parsed.success) return { problems: parsed.error.issues.flatMap(problemsOfIssue) };
  const { description, parameters: given, request } = parsed.data;
  // The validator is large, and most of a cold start does without it.
  const { compileParameters } = await import('./parameter-schema.ts');
  const { parameters, problems: schemaProblems } = compileParameters(given);
  if (parameters === undefined) return { problems: below('parameters', schemaProblems) };
  const { placeholders, problems: textProblems } = findPlaceholders(request, new Set(parameters.properties.keys()));
  const problems = [...below('parameters', schemaProblems), ...below('request', textProblems)];
  const template: Template = { name, description, parameters, request, placeholders };
  problems.push(...placeProblems(template));
  if (problems.length === 0) problems.push(...below('request', requestProblems(template, problemsOf)));
  return { template, problems };
}

/** Places that may stay empty and must not, parameters without a place, and names that are not free. */
function placeProblems({ parameters, placeholders, request }: Template): FieldProblem[] {
  const { properties } = parameters;
  const used = new Set(placeholders.map(({ parameter }) => parameter));
  const problems: FieldProblem[] = [];
  for (const { path, parameter } of placeholders) {
    if (typeof path.at(-1) === 'number' && !isAlwaysGiven(parameters, parameter)) {
      const message = `An element of a list needs a value: require ${parameter}, or give it a default.`;
      problems.push({ path: ['request', ...path], message });
    }
  }
  for (const name of properties.keys()) {
    const path = ['parameters', 'properties', name];
    if (name === FOR_EACH_INPUT)
      problems.push({ path, message: 'A for-each task fills {{input}}: choose another name.' });
    else if (!used.has(name)) problems.push({ path, message: 'Nothing in the request uses this parameter.' });
  }
  if ('idempotency_token' in request) {
    problems.push({ path: ['request', 'idempotency_token'], message: 'It would make one run of all requests.' });
  }
  return problems;
}

/** What is wrong with the request whatever the values: faults of the values that stand in for them are left out. */
function requestProblems(
  { parameters, placeholders, request }: Template,
  problemsOf: (request: Record<string, unknown>) => FieldProblem[],
): FieldProblem[] {
  const all = sampleValues(parameters);
  const fewest = new Map([...all].filter(([name]) => isAlwaysGiven(parameters, name)));
  const problems = [all, fewest].flatMap((values) =>
    problemsOf(fillPlaceholders(request, placeholders, values)).filter(
      ({ path }) => !isOfValue(path, placeholders, values),
    ),
  );
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function isOfValue(
  path: FieldProblem['path'],
  placeholders: readonly Placeholder[],
  values: ReadonlyMap<string, unknown>,
) {
  return placeholders.some(
    (place) => values.has(place.parameter) && place.path.every((part, index) => String(part) === String(path[index])),
  );
}

function isAlwaysGiven({ properties, required }: ParameterSchema, name: string): boolean {
  return required.has(name) || 'default' in (properties.get(name) ?? {});
}

function below(part: string, problems: readonly FieldProblem[]): FieldProblem[] {
  return problems.map(({ path, message }) => ({ path: [part, ...path], message }));
}

function problemsOfIssue(issue: z.core.$ZodIssue): FieldProblem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({ path: [...path, key], message: 'Unknown key.' }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
}
