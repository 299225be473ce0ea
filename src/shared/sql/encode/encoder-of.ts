import type { FormatName } from '../formats.ts';
import type { Encoder } from './encoder.ts';
import * as encoders from './encoders.ts';

/** A format without an encoder does not compile. */
const ENCODERS: Readonly<Record<FormatName, Encoder>> = encoders;

/** What writes results in a format. */
export function encoderOf(format: FormatName): Encoder {
  return ENCODERS[format];
}
