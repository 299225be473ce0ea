import type { ConfigProblem } from './config-error.ts';
import type { Environment, SecretSettingName, SettingName } from './env.ts';
import { parseServiceUrl } from './service-url.ts';

/** Where a secret is found: a setting of that name, or a secret of that name in the vault. Never the value itself. */
export interface SecretReference {
  source: 'environment' | 'key-vault';
  name: string;
}

/**
 * Reads settings one by one and collects what is wrong with them. `nameOf` says what a setting is called in messages.
 */
export class SettingReader {
  readonly problems: ConfigProblem[];
  readonly #env: Environment;
  readonly #nameOf: (name: string) => string;

  constructor(env: Environment, problems: ConfigProblem[] = [], nameOf: (name: string) => string = (name) => name) {
    this.#env = env;
    this.problems = problems;
    this.#nameOf = nameOf;
  }

  /** A reader of other values that adds to the same problems; vault and identity are the app's. */
  nested(env: Environment, nameOf: (name: string) => string): SettingReader {
    const { KEY_VAULT_URL, AZURE_CLIENT_ID } = this.#env;
    return new SettingReader({ AZURE_CLIENT_ID, ...env, KEY_VAULT_URL }, this.problems, nameOf);
  }

  report(name: string, problem: string): void {
    this.problems.push({ setting: this.#nameOf(name), problem });
  }

  text(name: SettingName): string | undefined {
    return this.#read(name);
  }

  /** The text of a setting that another one makes necessary. */
  required(name: SettingName, reason: string): string {
    const text = this.#read(name);
    if (text === undefined) this.report(name, `is missing: ${reason}`);
    return text ?? '';
  }

  wholeNumber(name: SettingName, { min = 1 }: { min?: number } = {}): number | undefined {
    const text = this.#read(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min) return value;
    this.report(name, `must be a whole number of at least ${min}.`);
    return undefined;
  }

  oneOf<const Value extends string>(name: SettingName, values: readonly Value[]): Value | undefined {
    const text = this.#read(name);
    if (text === undefined) return undefined;
    const value = values.find((candidate) => candidate === text);
    if (value === undefined) this.report(name, `must be one of ${values.join(', ')}.`);
    return value;
  }

  url(name: SettingName): URL | undefined {
    const text = this.#read(name);
    if (text === undefined) return undefined;
    const url = parseServiceUrl(text);
    if (typeof url !== 'string') return url;
    this.report(name, url);
    return undefined;
  }

  hasSecret(name: SecretSettingName): boolean {
    return this.#read(name) !== undefined || this.#read(`${name}_SECRET`) !== undefined;
  }

  /**
   * The setting itself wins over its `_SECRET` form, so that one secret can be overridden without touching the vault.
   */
  secret(name: SecretSettingName): SecretReference | undefined {
    if (this.#read(name) !== undefined) return { source: 'environment', name };
    const vaultName = this.#read(`${name}_SECRET`);
    if (vaultName === undefined) return undefined;
    // https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#object-identifiers
    if (!/^[0-9A-Za-z-]{1,127}$/.test(vaultName)) {
      this.report(`${name}_SECRET`, 'must be the name of a secret: 1 to 127 letters, digits and dashes.');
    }
    if (this.#read('KEY_VAULT_URL') === undefined) {
      this.report(`${name}_SECRET`, 'names a secret in the vault, but KEY_VAULT_URL is not set.');
    }
    return { source: 'key-vault', name: vaultName };
  }

  requiredSecret(name: SecretSettingName, reason: string): SecretReference {
    const reference = this.secret(name);
    if (reference === undefined) this.report(name, `(or ${this.#nameOf(`${name}_SECRET`)}) is missing: ${reason}`);
    return reference ?? { source: 'environment', name };
  }

  #read(name: string): string | undefined {
    const text = this.#env[name]?.trim();
    return text === '' ? undefined : text;
  }
}
