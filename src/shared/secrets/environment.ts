import type { Environment } from '../config/env.ts';
import { SecretNotFoundError, type Secrets } from './secrets.ts';

/** Secrets that were given as settings: the name is the setting's. */
export function createEnvironmentSecrets(env: Environment): Secrets {
  return {
    async get(name) {
      const value = env[name]?.trim() ?? '';
      if (value === '') throw new SecretNotFoundError(name, 'settings');
      return value;
    },
    // The environment of a process does not change while it lives.
    drop() {},
  };
}
