import { randomInt } from 'node:crypto';

const LOWEST = 2 ** 49;
const RANGE = 2 ** 48 - 1;

/** An id as a request gives it. One too large for a JavaScript number stays text: it names nothing here, and is echoed exactly. */
export type Id = number | string;

/** The id that these digits write. */
export function idOf(digits: string): Id {
  const id = Number(digits);
  return Number.isSafeInteger(id) ? id : digits;
}

/** A new id of a run or a job: an int64 between 2^49 and 2^50, the size that a workspace hands out. */
export function newId(isTaken: (id: number) => boolean): number {
  for (;;) {
    const id = LOWEST + randomInt(RANGE) * 2 + randomInt(2);
    if (!isTaken(id)) return id;
  }
}
