import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two texts are equal; takes as long whether they are or not, and whatever their lengths. */
export function isEqualInConstantTime(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
