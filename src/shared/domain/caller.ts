/** What callers there are. */
export const CALLER_KINDS = ['user', 'app', 'key', 'queue', 'event_grid', 'anonymous'] as const;

/** Who asks, as far as it is known from the credentials and not from what the request says about itself. */
export interface Caller {
  kind: (typeof CALLER_KINDS)[number];
  /** Stays the same for as long as the caller exists: `tenant/object`, or the name of a function key. */
  id: string;
  /** A label for people. Some callers choose theirs: nothing may be decided by it. */
  name: string;
  /** The app roles that the caller has been assigned. */
  roles: readonly string[];
  /** Object ids of the groups that the caller is a member of. */
  groups: readonly string[];
  /** The caller is in more groups than credentials can hold, so that `groups` says nothing about the others. */
  groupsOverage: boolean;
  /**
   * A user principal name that an administrator of the caller's tenant has given; absent for guests and for others than
   * users.
   */
  userPrincipalName?: string;
}

/** What is kept of a caller with what was submitted: roles and groups are asked anew with each request. */
export type Submitter = Pick<Caller, 'kind' | 'id' | 'name'>;

/** The part of a caller that may be kept and shown. */
export function submitterOf({ kind, id, name }: Submitter): Submitter {
  return { kind, id, name };
}

/** Who something belongs to: a key and a user may have the same id. */
export type Owner = Pick<Caller, 'kind' | 'id'>;

/** Whether two are the same caller. */
export function isSameCaller(one: Owner, other: Owner): boolean {
  return one.kind === other.kind && one.id === other.id;
}

/** A caller whose credentials say nothing about roles or groups. */
export function callerWithoutRoles(submitter: Submitter): Caller {
  return { ...submitter, roles: [], groups: [], groupsOverage: false };
}
