/** How to sign in, as the gateway has written it into the page. */
export type SignInSettings =
  | { mode: 'keys' | 'easy-auth' | 'anonymous' }
  | { mode: 'entra'; client_id: string; authorities: string[]; scope: string };

const content = document.querySelector<HTMLMetaElement>('meta[name="gateway-sign-in"]')?.content ?? '{}';

/** How to sign in here. */
export const SIGN_IN = JSON.parse(content) as SignInSettings;
