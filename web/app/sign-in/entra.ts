import type { SignInSettings } from './sign-in-settings.ts';

type EntraSettings = Extract<SignInSettings, { mode: 'entra' }>;

/** What must be known again when Entra has sent the browser back. It is worth nothing without the code, and goes with the tab. */
interface Started {
  authority: string;
  state: string;
  verifier: string;
  /** Where the page was. */
  hash: string;
}

const STORED = 'gateway-sign-in';

/**
 * Goes to Entra to sign in: authorization code with PKCE (RFC 7636), as Entra asks of pages. The code comes back in the
 * fragment, so that no server sees it in an address.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export async function goToEntra({ client_id, scope }: EntraSettings, authority: string): Promise<void> {
  const started: Started = { authority, state: random(), verifier: random(), hash: window.location.hash };
  window.sessionStorage.setItem(STORED, JSON.stringify(started));
  const query = new URLSearchParams({
    client_id,
    scope,
    response_type: 'code',
    response_mode: 'fragment',
    redirect_uri: redirectUri(),
    state: started.state,
    code_challenge: base64url(await sha256(started.verifier)),
    code_challenge_method: 'S256',
  });
  window.location.assign(`${authority}/oauth2/v2.0/authorize?${query.toString()}`);
}

/**
 * Takes the access token that Entra has for the code in the page's address, which is set right again; undefined where there is no
 * code that this tab has asked for.
 * @throws Error with Entra's own words
 */
export async function comeBackFromEntra({ client_id, scope }: EntraSettings): Promise<string | undefined> {
  const returned = new URLSearchParams(window.location.hash.slice(1));
  const text = window.sessionStorage.getItem(STORED);
  if (text === null || !returned.has('state')) return undefined;
  window.sessionStorage.removeItem(STORED);
  const { authority, state, verifier, hash } = JSON.parse(text) as Started;
  window.history.replaceState(null, '', `${window.location.pathname}${hash}`);
  if (returned.get('state') !== state) throw new Error('The sign-in did not begin in this tab. Sign in again.');
  const code = returned.get('code');
  if (code === null) throw new Error(returned.get('error_description') ?? 'Entra has not signed you in.');
  const response = await fetch(`${authority}/oauth2/v2.0/token`, {
    method: 'POST',
    credentials: 'omit',
    body: new URLSearchParams({
      client_id,
      scope,
      code,
      code_verifier: verifier,
      grant_type: 'authorization_code',
      redirect_uri: redirectUri(),
    }),
  });
  const body = (await response.json()) as { access_token?: string; error_description?: string };
  if (body.access_token === undefined) throw new Error(body.error_description ?? 'Entra gave no token.');
  return body.access_token;
}

/** The address that is registered for the page: itself, without anything behind it. */
function redirectUri(): string {
  return `${window.location.origin}${window.location.pathname}`;
}

function random(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
