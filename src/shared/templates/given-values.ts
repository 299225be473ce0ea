import type { FieldProblem } from './field-problem.ts';

/** A run's parameters hold 10,000 bytes at Databricks, and a template fills little else. */
const MAX_VALUES = 2_000;
const MAX_CHARS = 10_000;
const MAX_DEPTH = 20;

/**
 * The values that a caller gives as a JSON Schema is to see them: numbers of many digits as JavaScript numbers. What
 * takes long to check is refused before anything is, and so is what would be more than a value where it is put in.
 */
export function plainValues(given: Readonly<Record<string, unknown>>): {
  plain: Record<string, unknown>;
  problem: FieldProblem | undefined;
} {
  const reader = new Reader();
  const plain = reader.read(given, []) as Record<string, unknown>;
  return { plain, problem: reader.problem };
}

class Reader {
  problem: FieldProblem | undefined;
  #values = 0;

  read(value: unknown, path: readonly (string | number)[]): unknown {
    if (JSON.isRawJSON(value)) return Number(value.rawJSON);
    if (++this.#values > MAX_VALUES) return this.#refuse([], `The parameters hold more than ${MAX_VALUES} values.`);
    if (typeof value === 'string') this.#readText(value, path);
    if (typeof value !== 'object' || value === null) return value;
    if (path.length > MAX_DEPTH) return this.#refuse(path, `A parameter is nested more than ${MAX_DEPTH} levels deep.`);
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const [index, item] of value.entries()) {
        if (this.problem !== undefined) break;
        items.push(this.read(item, [...path, index]));
      }
      return items;
    }
    const members: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(value)) {
      if (this.problem !== undefined) break;
      this.#readText(name, [...path, name]);
      // Names that every JavaScript object has: a validator that looks for one of them finds it, given or not.
      if (name in Object.prototype) this.#refuse([...path, name], 'No member may have this name.');
      else members[name] = this.read(member, [...path, name]);
    }
    return members;
  }

  #readText(text: string, path: readonly (string | number)[]): void {
    if (text.length > MAX_CHARS) this.#refuse(path, `A text has at most ${MAX_CHARS} characters.`);
    // Databricks would put something else in its place: a secret, or what another task gave.
    if (text.includes('{{')) this.#refuse(path, 'A value holds no reference of Databricks: {{ is not taken.');
  }

  #refuse(path: readonly (string | number)[], message: string): undefined {
    this.problem ??= { path, message };
  }
}
