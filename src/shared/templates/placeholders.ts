import { pointer } from '../json-pointer.ts';
import { stringifyJson } from '../json.ts';
import type { FieldProblem } from './field-problem.ts';

type Path = readonly (string | number)[];

/** One place of a request that a parameter's value is put into. */
export interface Placeholder {
  path: Path;
  parameter: string;
}

const REFERENCE = /\{\{([^{}]*)\}\}/g;

/**
 * Names from before there were namespaces, which Databricks still fills where the template has no parameter of the name.
 * @see https://docs.databricks.com/en/jobs/parameter-value-references.html
 */
const EARLIER_NAMES: ReadonlySet<string> = new Set([
  'job_id',
  'run_id',
  'parent_run_id',
  'start_date',
  'start_time',
  'task_key',
  'task_retry_count',
]);

/** What a for-each task hands to the task that it repeats, and so the name of no parameter. */
export const FOR_EACH_INPUT = 'input';

/**
 * The places of a request that the parameters of these names are put into, and what is wrong with what looks like a place.
 * `{{job.parameters.x}}`, `{{tasks.a.values.b}}`, `{{secrets/scope/key}}` and `{{input}}` are Databricks' to fill.
 */
export function findPlaceholders(request: unknown, parameters: ReadonlySet<string>): Search {
  const found = { parameters, placeholders: [], problems: [] };
  search(request, [], found);
  return found;
}

interface Search {
  parameters: ReadonlySet<string>;
  placeholders: Placeholder[];
  problems: FieldProblem[];
}

function search(value: unknown, path: Path, found: Search): void {
  if (typeof value === 'string') searchText(value, path, found);
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) search(item, [...path, index], found);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (name === '__proto__') found.problems.push({ path, message: 'No member may be named __proto__.' });
      if (namesIn(name, found.parameters).length > 0) {
        found.problems.push({
          path: [...path, name],
          message: 'Names are as they are: a parameter gives a value only.',
        });
      }
      search(member, [...path, name], found);
    }
  }
}

function searchText(text: string, path: Path, { parameters, placeholders, problems }: Search): void {
  const [name] = namesIn(text, parameters);
  if (name === undefined) return;
  if (text !== `{{${name}}}` || name !== name.trim()) {
    const message = `A parameter is the whole of a value, as "{{${name.trim()}}}", and never a part of a text.`;
    problems.push({ path, message });
  } else if (parameters.has(name)) placeholders.push({ path, parameter: name });
  else problems.push({ path, message: `There is no parameter ${name}.` });
}

/** The names between braces that are not Databricks'. */
function namesIn(text: string, parameters: ReadonlySet<string>): string[] {
  return [...text.matchAll(REFERENCE)]
    .map(([, name = '']) => name)
    .filter((name) => {
      const isEarlier = EARLIER_NAMES.has(name.trim()) && !parameters.has(name.trim());
      return !/[./]/.test(name) && name.trim() !== FOR_EACH_INPUT && !isEarlier;
    });
}

/**
 * The request with values in the places of its parameters, digits kept. Where Databricks takes nothing but text
 * (`base_parameters`, `job_parameters`, tags, …) a value becomes its JSON text. A member whose parameter has no value is
 * left out.
 */
export function fillPlaceholders(
  request: Readonly<Record<string, unknown>>,
  placeholders: readonly Placeholder[],
  values: ReadonlyMap<string, unknown>,
): Record<string, unknown> {
  const parameterAt = new Map(placeholders.map(({ path, parameter }) => [pointer(path), parameter]));
  const valueAt = (path: Path) => {
    const parameter = parameterAt.get(pointer(path));
    if (parameter === undefined) return undefined;
    return values.has(parameter) ? { value: values.get(parameter) } : ABSENT;
  };
  return fill(request, [], valueAt) as Record<string, unknown>;
}

const ABSENT = Symbol('absent');

function fill(
  given: unknown,
  path: Path,
  valueAt: (path: Path) => { value: unknown } | typeof ABSENT | undefined,
): unknown {
  if (typeof given === 'string') {
    const found = given.startsWith('{{') ? valueAt(path) : undefined;
    if (found === undefined || found === ABSENT) return found ?? given;
    return fitted(found.value, path);
  }
  if (typeof given !== 'object' || given === null || JSON.isRawJSON(given)) return given;
  if (Array.isArray(given)) return given.map((item, index) => fill(item, [...path, index], valueAt));
  const members = Object.entries(given).map(
    ([name, member]) => [name, fill(member, [...path, name], valueAt)] as const,
  );
  return Object.fromEntries(members.filter(([, member]) => member !== ABSENT));
}

/** What holds nothing but texts, as a map or as a list. @see https://docs.databricks.com/api/azure/workspace/jobs/submit */
const HOLDERS_OF_TEXT: ReadonlySet<unknown> = new Set([
  'base_parameters',
  'custom_tags',
  'dbt_commands',
  'jar_params',
  'job_parameters',
  'labels',
  'named_parameters',
  'notebook_params',
  'parameters',
  'python_named_params',
  'python_params',
  'spark_conf',
  'spark_env_vars',
  'spark_submit_params',
  'sql_params',
  'tags',
]);

/** What is a text of JSON itself: the elements that a for-each task goes through. */
const TEXTS: ReadonlySet<unknown> = new Set(['inputs']);

function fitted(value: unknown, path: Path): unknown {
  if (TEXTS.has(path.at(-1)) || HOLDERS_OF_TEXT.has(path.at(-2))) return textOf(value);
  if (!HOLDERS_OF_TEXT.has(path.at(-1)) || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(textOf);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, textOf(member)]));
}

/** Null stays: it stands for an absent text, and Databricks judges whether there may be none. */
function textOf(value: unknown): unknown {
  return typeof value === 'string' || value === null ? value : stringifyJson(value);
}
