import * as z from 'zod';
import { nearestWord } from './domain/nearest-word.ts';

/** What is said of an unknown key. */
export const UNKNOWN_KEY = 'Unknown key.';

/** An object that has these members and no others; of any other it says which it knows, and which is the nearest. */
export function closed<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? unknownKey(issue.keys, known) : undefined),
  });
}

/** What is said of the keys that an object has and should not have. */
export function unknownKey(given: readonly string[], known: readonly string[]): string {
  const [key = '', ...others] = given;
  const nearest = others.length === 0 ? nearestWord(key, known) : undefined;
  const guess = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return `${UNKNOWN_KEY}${guess} Known here: ${known.join(', ') || 'none'}.`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' items' };

/**
 * What a schema says of a fault that has no sentence of its own, in the words of the gateway; undefined leaves it to the
 * library. For the `error` of a parse.
 */
export const schemaWording: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'It is required.';
      return `Expected ${KINDS[issue.expected] ?? issue.expected}.`;
    case 'too_small':
      if (issue.minimum === 1 && issue.origin in UNITS) return 'It may not be empty.';
      return `At least ${issue.minimum}${UNITS[issue.origin] ?? ''}.`;
    case 'too_big':
      return `At most ${issue.maximum}${UNITS[issue.origin] ?? ''}.`;
    case 'invalid_value':
      return `Expected ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}.`;
    case 'invalid_format':
      return issue.format === 'email' ? 'Expected an e-mail address.' : undefined;
    default:
      return undefined;
  }
};
