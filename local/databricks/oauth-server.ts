import { randomBytes } from 'node:crypto';
import { sendJson, type EmulatedRequest } from '../emulator/emulator.ts';
import { isEqualInConstantTime } from '../emulator/constant-time.ts';
import type { Clock } from './clock.ts';

const LIFETIME_SECONDS = 3_600;

/** A service principal that may use the client credentials grant. */
export interface OAuthClient {
  clientId: string;
  clientSecret: string;
}

/** The workspace's own token endpoint under `/oidc`, for machine-to-machine OAuth. */
export class OAuthServer {
  readonly #client: OAuthClient;
  readonly #clock: Clock;
  readonly #expiryOf = new Map<string, number>();

  constructor(client: OAuthClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** `oidc/token`, `oidc/metadata`, or undefined for a path that is not the server's. */
  operationOf({ url }: EmulatedRequest): string | undefined {
    if (url.pathname === '/oidc/v1/token') return 'oidc/token';
    return url.pathname.startsWith('/oidc/.well-known/') ? 'oidc/metadata' : undefined;
  }

  /** Whether it has issued this token, and the token has not expired. */
  accepts(token: string): boolean {
    return (this.#expiryOf.get(token) ?? 0) > this.#clock.now();
  }

  handle(request: EmulatedRequest, origin: string): void {
    if (this.operationOf(request) === 'oidc/metadata') {
      sendJson(request.response, 200, {
        authorization_endpoint: `${origin}/oidc/v1/authorize`,
        token_endpoint: `${origin}/oidc/v1/token`,
        issuer: `${origin}/oidc`,
        jwks_uri: `${origin}/oidc/jwks.json`,
        grant_types_supported: ['client_credentials'],
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      });
      return;
    }
    const form = new URLSearchParams(request.body.toString('utf8'));
    if (form.get('grant_type') !== 'client_credentials') {
      refuse(request, 400, 'unsupported_grant_type', 'Only client_credentials is supported.');
      return;
    }
    const [clientId, clientSecret] = credentialsOf(request, form);
    if (
      !isEqualInConstantTime(clientId, this.#client.clientId) ||
      !isEqualInConstantTime(clientSecret, this.#client.clientSecret)
    ) {
      refuse(request, 401, 'invalid_client', 'Client authentication failed');
      return;
    }
    const token = `oauth-${randomBytes(32).toString('base64url')}`;
    const expiry = this.#clock.now() + LIFETIME_SECONDS * 1_000;
    this.#expiryOf.set(token, expiry);
    this.#clock.at(expiry, () => this.#expiryOf.delete(token));
    sendJson(request.response, 200, {
      access_token: token,
      scope: form.get('scope') ?? 'all-apis',
      token_type: 'Bearer',
      expires_in: LIFETIME_SECONDS,
    });
  }
}

/** Client id and secret from HTTP Basic, or from the form. */
function credentialsOf({ headers }: EmulatedRequest, form: URLSearchParams): [string, string] {
  const [, basic] = /^Basic +(.+)$/i.exec(headers.authorization ?? '') ?? [];
  if (basic === undefined) return [form.get('client_id') ?? '', form.get('client_secret') ?? ''];
  const text = Buffer.from(basic, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return [decode(text.slice(0, colon)), decode(text.slice(colon + 1))];
}

/** RFC 6749 2.3.1: both are form-encoded before they are joined. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function refuse({ response }: EmulatedRequest, status: number, error: string, description: string): void {
  sendJson(response, status, { error, error_description: description });
}
