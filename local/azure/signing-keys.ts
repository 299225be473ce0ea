import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';

interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  jwk: JWK;
}

/** The keys of a tenant: the newest signs, all are published until they are withdrawn. */
export class SigningKeys {
  readonly #keys: SigningKey[] = [];
  #current: SigningKey;

  private constructor(first: SigningKey) {
    this.#keys.push(first);
    this.#current = first;
  }

  static async create(): Promise<SigningKeys> {
    return new SigningKeys(await newKey());
  }

  get publicKeys(): JWK[] {
    return this.#keys.map(({ jwk }) => jwk);
  }

  /** The id of the key that signs. */
  get kid(): string {
    return this.#current.kid;
  }

  /** Signs with a new key from now on; resolves to its id. Entra publishes a key long before it signs with it. */
  async rotate(): Promise<string> {
    this.#current = await newKey();
    this.#keys.push(this.#current);
    return this.#current.kid;
  }

  /** Publishes a key no longer; false where there is none of that id, or where it is the one that signs. */
  withdraw(kid: string): boolean {
    const index = this.#keys.findIndex((key) => key.kid === kid);
    if (index === -1 || kid === this.#current.kid) return false;
    this.#keys.splice(index, 1);
    return true;
  }

  /** A token with these claims; times are seconds since 1970. */
  async sign(claims: JWTPayload): Promise<string> {
    const { kid, privateKey } = this.#current;
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(privateKey);
  }
}

async function newKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const kid = randomUUID();
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' } };
}
