import * as z from 'zod';
import type { RawJson } from './json.ts';

/** A 64-bit id from a string, number or raw number, as a string of digits. */
export const idText = z
  .union([
    z.string(),
    z.number().refine((value) => Number.isSafeInteger(value), 'An id beyond 2^53 has lost digits.'),
    z.custom<RawJson>((value) => JSON.isRawJSON(value), 'Expected an id.').transform((value) => value.rawJSON),
  ])
  .transform(String)
  .refine((text) => /^\d{1,20}$/.test(text), 'An id has up to 20 digits and nothing else.');
