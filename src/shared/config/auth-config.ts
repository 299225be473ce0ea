import type { SettingName } from './env.ts';
import type { SecretReference, SettingReader } from './setting-reader.ts';

const AUTH_MODES = ['keys', 'easy-auth', 'entra', 'anonymous'] as const;

/** How callers are known. */
export type AuthMode = (typeof AUTH_MODES)[number];

/** Whose tokens are taken in mode `entra`, and for which application. */
export interface EntraConfig {
  /** Directory ids, in lower case. */
  tenantIds: readonly string[];
  /** What a token's `aud` may be: the gateway's client id, in lower case, or its App ID URI. */
  audiences: readonly string[];
  /** The application that the monitor page signs in as, where it is not the gateway's own. */
  pageClientId?: string;
  /** Where tenants publish their keys, and what issuers of version 2.0 begin with. No slash at the end. */
  authority: string;
  /** How long after a read of a tenant's keys an unknown key does not make the gateway read them again. */
  keysCooldownMs: number;
}

/**
 * How the gateway knows its callers. `keys`: function keys, checked by the host; `easy-auth`: App Service
 * authentication's headers say who calls; `entra`: the gateway verifies bearer tokens itself; `anonymous`: nobody is
 * asked, as on a developer's machine.
 */
export interface AuthConfig {
  mode: AuthMode;
  /** In mode `entra` only. */
  entra?: EntraConfig;
  /** In mode `keys`: what the host is asked with for the names of its keys. */
  masterKey?: SecretReference;
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const APP_ID_URI = /^(?:api|https):\/\/[^\s"\\]{1,250}$/;
const DEFAULT_AUTHORITY = 'https://login.microsoftonline.com';
/**
 * A key that tokens are signed with has been published long before; a flood of made-up keys costs two reads a minute.
 */
const DEFAULT_KEYS_COOLDOWN_SECONDS = 30;

/** Reads `AUTH_MODE` and what belongs to it; what is wrong is left in the reader's problems. */
export function readAuth(reader: SettingReader): AuthConfig {
  const mode = reader.oneOf('AUTH_MODE', AUTH_MODES) ?? 'keys';
  if (mode === 'easy-auth') requireAppServiceAuthentication(reader);
  const masterKey = mode === 'keys' ? reader.secret('HOST_MASTER_KEY') : undefined;
  return {
    mode,
    ...(mode === 'entra' ? { entra: readEntra(reader) } : {}),
    ...(masterKey === undefined ? {} : { masterKey }),
  };
}

/** The headers of App Service authentication are the platform's only where it is on: else anybody may send them. */
function requireAppServiceAuthentication(reader: SettingReader): void {
  if (reader.text('WEBSITE_AUTH_ENABLED')?.toLowerCase() === 'true') return;
  reader.report('WEBSITE_AUTH_ENABLED', 'is not true: AUTH_MODE easy-auth needs App Service authentication to be on.');
}

function readEntra(reader: SettingReader): EntraConfig {
  const tenantIds = readList(reader, 'ENTRA_TENANT_IDS').map((id) => id.toLowerCase());
  if (!tenantIds.every((id) => GUID.test(id))) {
    reader.report('ENTRA_TENANT_IDS', 'must be directory ids (GUIDs) with commas between them: no names, not common.');
  }
  const audiences = readList(reader, 'ENTRA_AUDIENCES').map((id) => (GUID.test(id) ? id.toLowerCase() : id));
  if (!audiences.every((id) => GUID.test(id) || APP_ID_URI.test(id))) {
    reader.report('ENTRA_AUDIENCES', 'must be client ids (GUIDs) or App ID URIs (api://…) with commas between them.');
  }
  const pageClientId = reader.text('MONITOR_CLIENT_ID');
  if (pageClientId !== undefined && !GUID.test(pageClientId)) reader.report('MONITOR_CLIENT_ID', 'must be a GUID.');
  const authority = reader.url('ENTRA_AUTHORITY');
  if (authority !== undefined && (authority.pathname !== '/' || authority.search !== '' || authority.hash !== '')) {
    reader.report('ENTRA_AUTHORITY', 'must be an origin, as https://login.microsoftonline.us.');
  }
  const cooldownSeconds =
    reader.wholeNumber('ENTRA_KEYS_COOLDOWN_SECONDS', { min: 0 }) ?? DEFAULT_KEYS_COOLDOWN_SECONDS;
  return {
    tenantIds: [...new Set(tenantIds)],
    audiences: [...new Set(audiences)],
    ...(pageClientId === undefined ? {} : { pageClientId: pageClientId.toLowerCase() }),
    authority: authority?.origin ?? DEFAULT_AUTHORITY,
    keysCooldownMs: cooldownSeconds * 1_000,
  };
}

function readList(reader: SettingReader, name: SettingName): string[] {
  const entries = reader
    .required(name, 'AUTH_MODE is entra.')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length === 0 && reader.text(name) !== undefined) reader.report(name, 'names none.');
  return entries;
}
