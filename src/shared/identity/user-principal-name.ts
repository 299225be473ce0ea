/** What a token says of a user's names, and of where the user is from. */
export interface UserNames {
  /** The `upn` claim: none for guests. */
  upn?: string | undefined;
  preferredUsername?: string | undefined;
  /** The tenant that signed the user in, where it is not the one that issued the token. */
  idp?: string | undefined;
  iss?: string | undefined;
  /** 0 for members, 1 for guests; an optional claim. */
  acct?: string | number | undefined;
}

const ADDRESS = /^[^\s@"(),:;<>[\\\]]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,62})\.)+[a-z]{2,63}$/i;

/**
 * A user's principal name, where an administrator of the issuing tenant has given it. Members have a name of one of the
 * tenant's verified domains; what guests are called is decided elsewhere, so they have none here.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function userPrincipalNameOf({ upn, preferredUsername, idp, iss, acct }: UserNames): string | undefined {
  const isGuest = (idp !== undefined && idp !== iss) || (acct !== undefined && Number(acct) !== 0);
  const name = upn ?? preferredUsername;
  if (isGuest || name === undefined || !ADDRESS.test(name) || /#ext#/i.test(name)) return undefined;
  return name;
}
