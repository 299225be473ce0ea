import type { FieldFacts, FieldUse } from './run-facts.ts';

/** More are not sent by accident. What is beyond has to be allowed as a whole, by `*`. */
const MAX_POWERS = 1_000;

/** Collects the fields that a body uses, each name once: a body may have a hundred thousand. */
export class FieldUses implements FieldFacts {
  readonly fields: FieldUse[] = [];
  readonly powers: FieldUse[] = [];
  readonly #seen = new Set<string>();

  add(use: FieldUse): void {
    // A name that has power by what stands in it may have been plain before.
    const identity = `${use.cover} ${use.name}`;
    if (this.#seen.has(identity)) return;
    this.#seen.add(identity);
    this.fields.push(use);
    if (use.cover !== 'power' && use.cover !== 'unknown') return;
    if (this.powers.length < MAX_POWERS) this.powers.push(use);
    else if (this.powers.length === MAX_POWERS) {
      this.powers.push({ ...use, key: '', name: '', place: `more than ${MAX_POWERS} fields, and ${use.place}` });
    }
  }
}
