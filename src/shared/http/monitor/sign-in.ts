import type { AuthConfig } from '../../config/auth-config.ts';

/** What the page needs to know to sign somebody in; it is in the page itself, for all to read. */
export type SignIn =
  | { mode: 'keys' | 'easy-auth' | 'anonymous' }
  | {
      mode: 'entra';
      /** The application that the page signs in as. */
      client_id: string;
      /** Where to sign in, one of a tenant, as `https://login.microsoftonline.com/TENANT`. */
      authorities: readonly string[];
      scope: string;
    };

/** How the page is to sign in by what the gateway asks of its callers. */
export function signInOf({ mode, entra }: AuthConfig): SignIn {
  if (mode !== 'entra' || entra === undefined) return { mode: mode === 'entra' ? 'keys' : mode };
  const [first = ''] = entra.audiences;
  return {
    mode,
    client_id: entra.pageClientId ?? entra.audiences.find((audience) => !audience.includes('://')) ?? first,
    authorities: entra.tenantIds.map((tenantId) => `${entra.authority}/${tenantId}`),
    scope: `${first}/.default`,
  };
}
