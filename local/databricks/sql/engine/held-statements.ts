/** Statements that stay at work, by their texts, until they are canceled, time out, or are held no longer. */
export class HeldStatements {
  readonly #held = new Map<string, PromiseWithResolvers<void>>();

  /** The texts that are held, in the order in which they were named. */
  get texts(): string[] {
    return [...this.#held.keys()];
  }

  /** Holds these and no others. */
  replace(texts: readonly string[]): void {
    for (const [text, { resolve }] of this.#held) {
      if (texts.includes(text)) continue;
      this.#held.delete(text);
      resolve();
    }
    for (const text of texts) if (!this.#held.has(text)) this.#held.set(text, Promise.withResolvers());
  }

  /** Resolves when a statement of this text may go on; undefined for one that is not held. */
  released(text: string): Promise<void> | undefined {
    return this.#held.get(text)?.promise;
  }
}
