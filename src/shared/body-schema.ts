import * as z from 'zod';
import { schemaWording } from './schema-wording.ts';

/*
 * The parts that the schemas of bodies are made of: as lenient as Databricks, which takes numbers and booleans as text
 * and null for absent, and bounded: how many there are is looked at before what they are, and of a collection the first
 * fault alone is reported, so that a body of millions of faults costs no more than one without any.
 */

/** What a JSON Schema says of a schema beside what zod knows of it: bounds that are looked at before the items are. */
export const hints = z.registry<{ maxItems?: number; maxProperties?: number; format?: string }>();

/** No list or map that Databricks could take is longer, but for the tasks of a run, which have their own bound. */
const MAX_ITEMS = 10_000;

/** A list of at most `max` items. */
export function list<Item extends z.ZodType>(item: Item, max = MAX_ITEMS) {
  const items = z.array(item);
  hints.add(items, { maxItems: max });
  return z.preprocess((value, context) => {
    if (!Array.isArray(value)) return value;
    const given = value as unknown[];
    if (given.length > max) return tooMany(given, context, `At most ${max} items.`);
    for (const [index, element] of given.entries()) if (!isFit(item, element, index, context)) break;
    return given;
  }, items);
}

/** A map of at most `max` entries; `faultOf` says what is wrong with a name. */
export function map<Value extends z.ZodType>(
  value: Value,
  max = MAX_ITEMS,
  faultOf: (name: string) => string | undefined = () => undefined,
) {
  const entries = z.record(z.string(), value);
  hints.add(entries, { maxProperties: max });
  return z.preprocess((all, context) => {
    const given = withoutRaw(all);
    if (!isObject(given)) return given;
    const keys = Object.keys(given);
    if (keys.length > max) return tooMany(given, context, `At most ${max} entries.`);
    for (const key of keys) {
      const fault = faultOf(key);
      if (fault !== undefined) context.addIssue({ code: 'custom', path: [key], message: fault });
      if (fault !== undefined || !isFit(value, given[key], key, context)) break;
    }
    return given;
  }, entries);
}

/** An object of which these members are known; others are Databricks' to judge. */
export function object<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess((value, context) => {
    const given = withoutRaw(value);
    if (!isObject(given) || Object.keys(given).length <= MAX_ITEMS) return given;
    return tooMany(given, context, `At most ${MAX_ITEMS} members.`);
  }, z.looseObject(shape));
}

/** A number, or the same as text. */
export function numeric<Number extends z.ZodType<number>>(number: Number) {
  return z.preprocess((value) => (isNumeral(value) ? Number(value) : value), number);
}

/** A boolean, or the same as text. */
export const flag = z.preprocess(
  (value) => (typeof value === 'string' ? (FLAGS.get(value.toLowerCase()) ?? value) : value),
  z.boolean(),
);

/** Null for absent, where absence has a meaning of its own: a default, or nothing at all. */
export function absentIfNull<Optional extends z.ZodType>(optional: Optional) {
  return z.preprocess((value) => value ?? undefined, optional);
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

/** As many digits as a JavaScript number holds. */
function isNumeral(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 15 && /^[+-]?\d+(\.\d+)?$/.test(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number of many digits is an object here, and none in JSON. */
function withoutRaw(value: unknown): unknown {
  return JSON.isRawJSON(value) ? value.rawJSON : value;
}

function tooMany(value: unknown, context: z.RefinementCtx, message: string): unknown {
  context.addIssue({ code: 'custom', message });
  return value;
}

function isFit(schema: z.ZodType, value: unknown, key: PropertyKey, context: z.RefinementCtx): boolean {
  const result = schema.safeParse(value, { error: schemaWording });
  if (result.success) return true;
  for (const issue of result.error.issues) {
    const isUnknown = issue.code === 'unrecognized_keys';
    const path = [key, ...issue.path, ...(isUnknown ? issue.keys.slice(0, 1) : [])];
    context.addIssue({ code: 'custom', path, message: issue.message });
  }
  return false;
}
