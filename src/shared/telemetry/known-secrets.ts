const REDACTED = '[redacted]';
const MAX_SECRETS = 256;
const MIN_SECRET_LENGTH = 6;

/** In texts of others a short secret would blot out ordinary words. */
const MIN_LENGTH_IN_DATA = 10;

/** Texts of others may be megabytes, and each secret is one search through them. Tokens from before have expired. */
const MAX_SEARCHED_IN_DATA = 64;

/** The secrets that this process has used, in the forms in which they turn up. */
export class KnownSecrets {
  // Oldest first: tokens come and go, so the ones known longest are let go when there are too many.
  readonly #secrets = new Set<string>();
  /** What may be an ordinary word of a text, as the name that a webhook signs in with. */
  readonly #words = new Set<string>();

  /** Short texts are not taken: they would blot out ordinary words. */
  register(secret: string, { isWord = false }: { isWord?: boolean } = {}): void {
    if (secret.length < MIN_SECRET_LENGTH) return;
    if (isWord) this.#words.add(secret);
    const inJson = JSON.stringify(secret).slice(1, -1);
    for (const form of [secret, inJson, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
      this.#secrets.delete(form);
      this.#secrets.add(form);
    }
    for (const oldest of this.#secrets) {
      if (this.#secrets.size <= MAX_SECRETS) break;
      this.#secrets.delete(oldest);
    }
  }

  /** A text for the log without any of them. */
  outOf(text: string): string {
    return without(text, [...this.#secrets]);
  }

  /** A text of any length, as another system gave it, without those that cannot be anything else. */
  outOfData(text: string): string {
    return without(text, this.#searchedInData());
  }

  /**
   * What JSON was parsed to, changed where it stands: its texts without secrets. Numbers and names stay as they are.
   */
  outOfJson(value: unknown): unknown {
    const secrets = this.#searchedInData();
    if (secrets.length === 0) return value;
    const texts: string[] = [];
    visitTexts({ value }, (text) => {
      texts.push(text);
      return text;
    });
    // One search in all texts together for each secret, which hardly ever finds any.
    const all = texts.join('\0');
    const found = secrets.filter((secret) => all.includes(secret));
    if (found.length === 0) return value;
    const holder = { value };
    visitTexts(holder, (text) => without(text, found));
    return holder.value;
  }

  #searchedInData(): string[] {
    return [...this.#secrets]
      .slice(-MAX_SEARCHED_IN_DATA)
      .filter((secret) => secret.length >= MIN_LENGTH_IN_DATA && !this.#words.has(secret));
  }
}

function without(text: string, secrets: readonly string[]): string {
  let result = text;
  for (const secret of secrets) if (result.includes(secret)) result = result.replaceAll(secret, REDACTED);
  return result;
}

/** Puts what `change` gives in the place of each text in a tree of arrays and objects. */
function visitTexts(root: object, change: (text: string) => string): void {
  const left: object[] = [root];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const container = next as Record<string, unknown>;
    for (const key of Object.keys(container)) {
      const value = container[key];
      if (typeof value === 'string') container[key] = change(value);
      else if (typeof value === 'object' && value !== null && !JSON.isRawJSON(value)) left.push(value);
    }
  }
}
