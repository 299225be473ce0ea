import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import * as z from 'zod';
import { pointerParts } from '../json-pointer.ts';
import type { FieldProblem } from './field-problem.ts';
import { plainValues } from './given-values.ts';
import { linearPattern } from './linear-pattern.ts';

/** The parameters of a template, by a JSON Schema (draft 2020-12) of an object. */
export interface ParameterSchema {
  /** As callers see it: unknown parameters are not allowed, whether the operator said so or not. */
  schema: Readonly<Record<string, unknown>>;
  /** By name, the schema of each parameter. */
  properties: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  required: ReadonlySet<string>;
  /**
   * What is wrong with values, each with its path in them. Takes time in proportion to the values, which are bounded.
   * Values that are not given have their defaults already.
   */
  problemsOf: (values: Readonly<Record<string, unknown>>) => FieldProblem[];
}

/** Any name that can stand between braces and is none of JavaScript's own. */
const PARAMETER_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/;

/** What `format` may say; anything else is refused with the template. */
const FORMATS = {
  date: z.iso.date(),
  'date-time': z.iso.datetime({ offset: true }),
  time: z.iso.time(),
  email: z.email(),
  uuid: z.uuid(),
  uri: z.url(),
};

/** Keywords by which a schema would reach beyond itself, or give parts of itself other names. */
const REFERENCES: ReadonlySet<string> = new Set([
  '$id',
  '$anchor',
  '$dynamicAnchor',
  '$dynamicRef',
  '$recursiveAnchor',
  '$recursiveRef',
  '$async',
]);

/** Compiles a schema, or says what is wrong with it; unknown keywords are, so that no constraint is only seemingly there. */
export function compileParameters(given: unknown): { parameters?: ParameterSchema; problems: FieldProblem[] } {
  if (!isObject(given)) return { problems: [{ path: [], message: 'Expected the JSON Schema of an object.' }] };
  const unusable = [...unusableParts(given, [])];
  if (unusable.length > 0) return { problems: unusable };
  const { properties = {}, required = [] } = given as { properties?: Record<string, unknown>; required?: string[] };
  const problems: FieldProblem[] = [];
  if (given['type'] !== 'object') problems.push({ path: ['type'], message: 'Expected "object".' });
  if ((given['additionalProperties'] ?? false) !== false) {
    problems.push({
      path: ['additionalProperties'],
      message: 'Nothing else than what is named can be used: leave it out.',
    });
  }
  for (const name of isObject(properties) ? Object.keys(properties) : []) {
    if (PARAMETER_NAME.test(name) && !(name in Object.prototype)) continue;
    const message =
      'A parameter has a name of up to 100 letters, digits, dashes and underscores that begins with a letter.';
    problems.push({ path: ['properties', name], message });
  }
  if (problems.length > 0) return { problems };
  const schema = { ...given, additionalProperties: false };
  try {
    const validate = validator().compile<Record<string, unknown>>(schema);
    const parameters: ParameterSchema = {
      schema,
      properties: new Map(Object.entries(properties as Record<string, Record<string, unknown>>)),
      required: new Set(required),
      problemsOf: (values) => {
        const { plain, problem } = plainValues(values);
        if (problem !== undefined) return [problem];
        return validate(plain) ? [] : (validate.errors ?? []).map(problemOf);
      },
    };
    return { parameters, problems: defaultProblems(parameters) };
  } catch (error) {
    // It may name a keyword, a format or a pattern, which the operator wrote and callers do not see.
    return { problems: [{ path: [], message: `The JSON Schema cannot be used: ${(error as Error).message}` }] };
  }
}

function validator(): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    allErrors: true,
    ownProperties: true,
    logger: false,
    code: { regExp: Object.assign(linearPattern, { code: 'linearPattern' }) },
  });
  for (const [name, schema] of Object.entries(FORMATS)) {
    ajv.addFormat(name, { type: 'string', validate: (text: string) => schema.safeParse(text).success });
  }
  return ajv;
}

function* unusableParts(value: unknown, path: readonly (string | number)[]): Generator<FieldProblem> {
  if (JSON.isRawJSON(value)) yield { path, message: 'A number of so many digits cannot be compared.' };
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* unusableParts(item, [...path, index]);
  else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      const here = [...path, name];
      const isElsewhere = name === '$ref' && !(typeof member === 'string' && member.startsWith('#/$defs/'));
      if (REFERENCES.has(name) || isElsewhere) {
        yield { path: here, message: 'A schema refers to nothing but its own $defs, by $ref.' };
      } else if (name === '__proto__') yield { path: here, message: 'No member may have this name.' };
      else yield* unusableParts(member, here);
    }
  }
}

/** A default that its own schema refuses would fail every request that leaves it out. */
function defaultProblems({ properties, problemsOf }: ParameterSchema): FieldProblem[] {
  const defaults = Object.fromEntries(
    [...properties].filter(([, schema]) => 'default' in schema).map(([name, schema]) => [name, schema['default']]),
  );
  return problemsOf(defaults)
    .filter(({ path: [name] }) => name !== undefined && name in defaults)
    .map(({ path: [name = '', ...rest], message }) => ({ path: ['properties', name, 'default', ...rest], message }));
}

function problemOf({ instancePath, message, params, keyword }: ErrorObject): FieldProblem {
  const path = pointerParts(instancePath);
  const { missingProperty, additionalProperty } = params as { missingProperty?: string; additionalProperty?: string };
  if (missingProperty !== undefined && keyword === 'required') path.push(missingProperty);
  if (additionalProperty !== undefined) path.push(additionalProperty);
  return {
    path,
    message: MESSAGES[keyword] ?? `${message ?? 'does not fit'}.`.replace(/^./, (first) => first.toUpperCase()),
  };
}

const MESSAGES: Readonly<Record<string, string>> = {
  required: 'Is required.',
  additionalProperties: 'Unknown parameter.',
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
