import type { SecretReference } from '../config/setting-reader.ts';
import { SecretsUnavailableError, type Secrets } from './secrets.ts';

/** Secrets by reference, wherever they are kept. */
export interface SecretStore {
  get(reference: SecretReference): Promise<string>;
  drop(reference: SecretReference, refused: string): void;
}

/** `onValue` hears of each value before its user does, so that no log ever shows it. */
export function createSecretStore(options: {
  environment: Secrets;
  keyVault?: Secrets | undefined;
  onValue: (value: string, reference: SecretReference) => void;
}): SecretStore {
  const { environment, keyVault, onValue } = options;
  const placeOf = (reference: SecretReference) => (reference.source === 'environment' ? environment : keyVault);
  return {
    async get(reference) {
      const place = placeOf(reference);
      if (place === undefined) throw new SecretsUnavailableError({ secretName: reference.name });
      const value = await place.get(reference.name);
      onValue(value, reference);
      return value;
    },
    drop: (reference, refused) => placeOf(reference)?.drop(reference.name, refused),
  };
}
