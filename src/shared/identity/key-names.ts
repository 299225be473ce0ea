import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AppError } from '../errors.ts';
import { fetchJson, UnexpectedStatusError } from '../net/fetch-json.ts';
import type { Log } from '../telemetry/log.ts';

/** A name that was taken from a key is no longer used after this time. */
const FRESH_MS = 5 * 60_000;
/** How soon the host is asked again for a key that it did not list, or after it did not respond. */
const LEAVE_ALONE_MS = 1_000;

const keyList = z.looseObject({
  keys: z.array(z.looseObject({ name: z.string().min(1), value: z.string() })).max(1_000),
});

/** Where the host is reached, and which of its functions was called. */
export interface HostAddress {
  origin: string;
  functionName: string;
}

/** The host does not list its keys, or not this one, so that it is not known who calls. */
export class KeyNamesUnavailableError extends AppError {
  override readonly name = 'KeyNamesUnavailableError';
  constructor(cause?: unknown) {
    super('The host does not list the key.', {
      code: 'KEY_NAMES_UNAVAILABLE',
      retryable: true,
      retryAfterMs: LEAVE_ALONE_MS,
      cause,
    });
  }
}

/**
 * What the host's function keys are called. It checks keys and passes nothing of them to a Node app with streams, so its
 * admin API is asked, with the master key. Keys are kept as hashes; a key that is renewed keeps its name.
 * @see https://github.com/Azure/azure-functions-host/wiki/Key-management-API
 */
export class KeyNames {
  readonly #lists = new Map<string, KeyList>();
  readonly #options: KeyNamesOptions;

  constructor(options: KeyNamesOptions) {
    this.#options = options;
  }

  /**
   * The name of a key that the host has checked: of a host key, `function/name` of a key of one function, `_master`.
   * @throws {KeyNamesUnavailableError} the host does not list it, as just after it was made
   */
  async nameOf(key: string, { origin, functionName }: HostAddress): Promise<string> {
    const hash = hashOf(key);
    if (hash === hashOf(await this.#options.masterKey.get())) return '_master';
    const hostKeys = this.#list(`${origin}/admin/host/keys`, '');
    const functionKeys = this.#list(
      `${origin}/admin/functions/${encodeURIComponent(functionName)}/keys`,
      `${functionName}/`,
    );
    const known = hostKeys.known(hash) ?? functionKeys.known(hash);
    const name = known ?? (await hostKeys.read(hash)) ?? (await functionKeys.read(hash));
    if (name === undefined) throw new KeyNamesUnavailableError();
    return name;
  }

  #list(url: string, prefix: string): KeyList {
    const list = this.#lists.get(url) ?? new KeyList(url, prefix, this.#options);
    this.#lists.set(url, list);
    return list;
  }
}

/** What the names of keys are read with. */
export interface KeyNamesOptions {
  /** `drop` takes back a value that the host refused, so that the next `get` reads it anew. */
  masterKey: { get: () => Promise<string>; drop: (refused: string) => void };
  log: Log;
  now: () => number;
}

/** The keys of one scope by their hashes. */
class KeyList {
  readonly #url: string;
  readonly #prefix: string;
  readonly #options: KeyNamesOptions;
  #names = new Map<string, string>();
  #readAtMs = -Infinity;
  #askAgainAtMs = -Infinity;
  #failure: unknown;
  #reading: Promise<void> | undefined;

  constructor(url: string, prefix: string, options: KeyNamesOptions) {
    this.#url = url;
    this.#prefix = prefix;
    this.#options = options;
  }

  /** Without asking the host; what is old is read anew beside that. */
  known(hash: string): string | undefined {
    const name = this.#names.get(hash);
    if (name !== undefined && this.#options.now() - this.#readAtMs > FRESH_MS) void this.#refresh();
    return name;
  }

  /** Asks the host, unless it has been asked just now. @throws {KeyNamesUnavailableError} */
  async read(hash: string): Promise<string | undefined> {
    await this.#refresh();
    const name = this.#names.get(hash);
    if (name === undefined && this.#failure !== undefined) throw new KeyNamesUnavailableError(this.#failure);
    return name;
  }

  async #refresh(): Promise<void> {
    const { log, now } = this.#options;
    if (this.#reading === undefined && now() < this.#askAgainAtMs) return;
    this.#reading ??= this.#request()
      .then(
        (names) => {
          this.#names = names;
          this.#readAtMs = now();
          this.#failure = undefined;
        },
        (error: unknown) => {
          log.warn('key_names.read_failed', { error });
          this.#failure = error;
        },
      )
      .finally(() => {
        this.#askAgainAtMs = now() + LEAVE_ALONE_MS;
        this.#reading = undefined;
      });
    await this.#reading;
  }

  async #request(): Promise<Map<string, string>> {
    const { masterKey } = this.#options;
    const key = await masterKey.get();
    try {
      return await this.#namesWith(key);
    } catch (error) {
      if (!(error instanceof UnexpectedStatusError) || ![401, 403].includes(error.status)) throw error;
      // The master key has been renewed.
      masterKey.drop(key);
      return await this.#namesWith(await masterKey.get());
    }
  }

  async #namesWith(masterKey: string): Promise<Map<string, string>> {
    const list = await fetchJson(this.#url, { 'x-functions-key': masterKey }).catch((error: unknown) => {
      // Some versions of the host know no keys of a function that has no folder of its own.
      if (error instanceof UnexpectedStatusError && error.status === 404) return { keys: [] };
      throw error;
    });
    const { keys } = keyList.parse(list);
    return new Map(keys.map(({ name, value }) => [hashOf(value), `${this.#prefix}${name}`]));
  }
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
