import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { sendJson } from '../emulator/emulator.ts';

/** What of a request the sign-in looks at. */
export interface SignInRequest {
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
  response: ServerResponse;
}

interface Granted {
  clientId: string;
  redirectUri: string;
  challenge: string;
  scope: string;
}

const MAX_CODES = 100;

/**
 * A tenant's sign-in of people in a page: the authorization code flow with PKCE, without asking anybody anything. Whoever
 * comes is signed in as the one user there is.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export class UserSignIn {
  readonly #tokenFor: (scope: string, clientId: string) => Promise<string>;
  readonly #codes = new Map<string, Granted>();

  /** `tokenFor` signs an access token for a scope, to an application. */
  constructor(tokenFor: (scope: string, clientId: string) => Promise<string>) {
    this.#tokenFor = tokenFor;
  }

  /** `GET authorize`: sends the browser back with a code, which is good once. */
  authorize({ url: { searchParams: query }, response }: SignInRequest): void {
    const redirectUri = query.get('redirect_uri') ?? '';
    if (query.get('response_type') !== 'code' || query.get('code_challenge_method') !== 'S256')
      return refuse(response, 'invalid_request', 'AADSTS900144: a page signs in by a code and an S256 challenge.');
    if (URL.parse(redirectUri) === null || query.get('response_mode') !== 'fragment')
      return refuse(response, 'invalid_request', 'AADSTS50011: there is no redirect_uri to send a fragment to.');
    const code = randomBytes(24).toString('base64url');
    this.#codes.set(code, {
      clientId: query.get('client_id') ?? '',
      redirectUri,
      challenge: query.get('code_challenge') ?? '',
      scope: query.get('scope') ?? '',
    });
    for (const oldest of this.#codes.keys()) {
      if (this.#codes.size <= MAX_CODES) break;
      this.#codes.delete(oldest);
    }
    const fragment = new URLSearchParams({ code, state: query.get('state') ?? '', session_state: 'local' });
    response.writeHead(302, { location: `${redirectUri}#${fragment.toString()}` }).end();
  }

  /** `POST token`: the token of a code, for the page that asked for it, and nobody else. */
  async redeem({ headers, body, response }: SignInRequest): Promise<void> {
    const form = new URLSearchParams(body.toString());
    const code = form.get('code') ?? '';
    const granted = this.#codes.get(code);
    this.#codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const { origin } = headers;
    if (origin === undefined)
      return refuse(response, 'invalid_request', 'AADSTS9002327: the code of a page is redeemed across origins.');
    if (
      granted === undefined ||
      granted.challenge !== challenge ||
      granted.redirectUri !== form.get('redirect_uri') ||
      granted.clientId !== form.get('client_id')
    )
      return refuse(response, 'invalid_grant', 'AADSTS501481: the code is not for this.', origin);
    const accessToken = await this.#tokenFor(granted.scope, granted.clientId);
    const token = { token_type: 'Bearer', scope: granted.scope, expires_in: 3_600, access_token: accessToken };
    sendJson(response, 200, token, { 'access-control-allow-origin': origin });
  }
}

/** In the words of RFC 6749 §5.2. */
function refuse(response: ServerResponse, error: string, description: string, origin?: string): void {
  const headers = origin === undefined ? {} : { 'access-control-allow-origin': origin };
  sendJson(response, 400, { error, error_description: description }, headers);
}
