import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const versionSchema = z.object({
  version: z.string(),
  value: z.string(),
  contentType: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
  enabled: z.boolean().default(true),
  /** Epoch seconds, as all times of a vault. */
  created: z.int(),
  updated: z.int(),
  exp: z.int().optional(),
  nbf: z.int().optional(),
});
const storeSchema = z.array(
  z.object({ name: z.string(), versions: z.array(versionSchema), deleted: z.int().optional() }),
);

/** One version of a secret. */
export type SecretVersion = z.output<typeof versionSchema>;
/** What a caller may say of a version of a secret. */
export interface SecretChange {
  contentType?: string | undefined;
  tags?: Record<string, string> | undefined;
  enabled?: boolean | undefined;
  exp?: number | undefined;
  nbf?: number | undefined;
}

/** A secret with its versions, oldest first. */
export interface StoredSecret {
  name: string;
  /** Oldest first. */
  versions: SecretVersion[];
  /** Epoch seconds; set while the secret is deleted but not purged. */
  deleted?: number | undefined;
}

/** The secrets of one vault: names as they were first written, compared without regard to case; kept in `file` if given. */
export class SecretStore {
  readonly #secrets = new Map<string, StoredSecret>();
  readonly #file: string | undefined;

  constructor(file?: string) {
    this.#file = file;
    for (const secret of readStore(file)) this.#secrets.set(secret.name.toLowerCase(), secret);
  }

  /** The secret of that name, deleted or not. */
  get(name: string): StoredSecret | undefined {
    return this.#secrets.get(name.toLowerCase());
  }

  /** By name, deleted or not. */
  list(): StoredSecret[] {
    return [...this.#secrets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Adds a version, which becomes the current one. */
  set(name: string, value: string, change: SecretChange = {}): SecretVersion {
    const now = epochSeconds();
    const version = versionSchema.parse({
      ...change,
      value,
      version: randomBytes(16).toString('hex'),
      created: now,
      updated: now,
    });
    const secret = this.get(name) ?? { name, versions: [] };
    secret.versions.push(version);
    this.#secrets.set(name.toLowerCase(), secret);
    this.#save();
    return version;
  }

  update(version: SecretVersion, change: SecretChange): void {
    Object.assign(version, change, { updated: epochSeconds() });
    this.#save();
  }

  /** Marks the secret deleted, as soft delete does. */
  remove(secret: StoredSecret): void {
    secret.deleted = epochSeconds();
    this.#save();
  }

  recover(secret: StoredSecret): void {
    delete secret.deleted;
    this.#save();
  }

  purge(secret: StoredSecret): void {
    this.#secrets.delete(secret.name.toLowerCase());
    this.#save();
  }

  #save(): void {
    if (this.#file === undefined) return;
    const fresh = `${this.#file}.fresh`;
    writeFileSync(fresh, JSON.stringify(this.list(), undefined, 2), { mode: 0o600 });
    renameSync(fresh, this.#file);
  }
}

function readStore(file: string | undefined): StoredSecret[] {
  if (file === undefined) return [];
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return []; // A vault that nothing was written to yet.
  }
  return storeSchema.parse(JSON.parse(text));
}

function epochSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}
