import { z } from 'zod';
import type { EmulatedRequest } from '../emulator/emulator.ts';
import type { SecretStore, SecretVersion, StoredSecret } from './secret-store.ts';

/** Key Vault's own limit. */
const MAX_VALUE_LENGTH = 25_000;
const PAGE_SIZE = 25;
const PURGE_AFTER_SECONDS = 90 * 86_400;

const attributesSchema = z
  .object({ enabled: z.boolean().optional(), exp: z.int().optional(), nbf: z.int().optional() })
  .default({});
const changeSchema = z.object({
  attributes: attributesSchema,
  contentType: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
});
const secretSchema = changeSchema.extend({ value: z.string().max(MAX_VALUE_LENGTH) });

/** A refusal in Key Vault's words: `{ error: { code, message, innererror? } }`. */
export class VaultError extends Error {
  override name = 'VaultError' as const;
  readonly status: number;
  readonly code: string;
  readonly innerCode: string | undefined;

  constructor(status: number, code: string, message: string, innerCode?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.innerCode = innerCode;
  }
}

/** The path without its empty parts: the client asks for `/secrets/NAME/`. */
export function pathSegments(url: URL): string[] {
  return url.pathname.split('/').filter((segment) => segment !== '');
}

/**
 * Carries out one request of Key Vault's secrets API; returns the body of the response, undefined for a 204.
 * @throws VaultError
 */
export function secretsResponse(request: EmulatedRequest, secrets: SecretStore): unknown {
  const [collection, name, rest] = pathSegments(request.url);
  if (collection === 'deletedsecrets') return routeDeleted(request, secrets, name, rest);
  if (collection !== 'secrets') throw new VaultError(404, 'NotFound', `There is no ${request.url.pathname}.`);
  if (name === undefined) {
    const current = secrets.list().filter((secret) => secret.deleted === undefined);
    return page(request.url, current, (secret) => describe(request.url, secret, currentVersion(secret), false));
  }
  if (!/^[0-9a-zA-Z-]{1,127}$/.test(name))
    throw new VaultError(400, 'BadParameter', `The request URI contains an invalid name: ${name}`);
  if (request.method === 'PUT') return putSecret(request, secrets, name);

  const secret = secrets.get(name);
  if (secret === undefined || secret.deleted !== undefined) throw notFound(name);
  if (request.method === 'DELETE') {
    secrets.remove(secret);
    return describeDeleted(request.url, secret);
  }
  if (rest === 'versions')
    return page(request.url, secret.versions, (version) => describe(request.url, secret, version, true));
  const version = rest === undefined ? currentVersion(secret) : secret.versions.find((one) => one.version === rest);
  if (version === undefined) throw notFound(`${name}/${rest}`);
  if (request.method === 'PATCH') {
    const { attributes, ...change } = parseBody(request, changeSchema);
    secrets.update(version, { ...change, ...attributes });
    return describe(request.url, secret, version, true);
  }
  if (request.method !== 'GET') throw new VaultError(405, 'MethodNotAllowed', `No ${request.method} here.`);
  if (!version.enabled)
    throw new VaultError(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled');
  return { value: version.value, ...describe(request.url, secret, version, true) };
}

function putSecret(request: EmulatedRequest, secrets: SecretStore, name: string): unknown {
  if (secrets.get(name)?.deleted !== undefined)
    throw new VaultError(409, 'Conflict', `Secret ${name} is currently in a deleted but recoverable state.`);
  const { attributes, value, ...change } = parseBody(request, secretSchema);
  const version = secrets.set(name, value, { ...change, ...attributes });
  const secret = secrets.get(name) ?? { name, versions: [version] };
  return { value, ...describe(request.url, secret, version, true) };
}

function routeDeleted(request: EmulatedRequest, secrets: SecretStore, name?: string, rest?: string): unknown {
  if (name === undefined) {
    const deleted = secrets.list().filter((secret) => secret.deleted !== undefined);
    return page(request.url, deleted, (secret) => describeDeleted(request.url, secret));
  }
  const secret = secrets.get(name);
  if (secret?.deleted === undefined) throw notFound(name);
  if (request.method === 'GET') return describeDeleted(request.url, secret);
  if (request.method === 'DELETE') {
    secrets.purge(secret);
    return undefined;
  }
  if (request.method !== 'POST' || rest !== 'recover')
    throw new VaultError(405, 'MethodNotAllowed', `No ${request.method} here.`);
  secrets.recover(secret);
  return describe(request.url, secret, currentVersion(secret), true);
}

function currentVersion(secret: StoredSecret): SecretVersion {
  const version = secret.versions.at(-1);
  if (version === undefined) throw notFound(secret.name);
  return version;
}

function describe(url: URL, secret: StoredSecret, version: SecretVersion, withVersion: boolean): object {
  const { enabled, created, updated, exp, nbf, contentType, tags } = version;
  return {
    id: `${url.origin}/secrets/${secret.name}${withVersion ? `/${version.version}` : ''}`,
    contentType,
    attributes: { enabled, created, updated, exp, nbf, recoveryLevel: 'Recoverable+Purgeable', recoverableDays: 90 },
    tags,
  };
}

function describeDeleted(url: URL, secret: StoredSecret): object {
  const deletedDate = secret.deleted ?? 0;
  return {
    ...describe(url, secret, currentVersion(secret), true),
    recoveryId: `${url.origin}/deletedsecrets/${secret.name}`,
    deletedDate,
    scheduledPurgeDate: deletedDate + PURGE_AFTER_SECONDS,
  };
}

/** One page of a list; `nextLink` carries on where it ends. */
function page<Item>(url: URL, items: Item[], describeItem: (item: Item) => object): object {
  const start = Number(url.searchParams.get('$skiptoken') ?? 0);
  const size = Math.min(Number(url.searchParams.get('maxresults') ?? PAGE_SIZE), PAGE_SIZE);
  const next = new URL(url);
  next.searchParams.set('$skiptoken', String(start + size));
  return {
    value: items.slice(start, start + size).map(describeItem),
    nextLink: start + size < items.length ? next.href : null,
  };
}

function parseBody<Schema extends z.ZodType>(request: EmulatedRequest, schema: Schema): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(request.body.toString('utf8')));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : 'The body is not JSON.';
    throw new VaultError(400, 'BadParameter', detail);
  }
}

function notFound(name: string): VaultError {
  const message = `A secret with (name/id) ${name} was not found in this key vault.`;
  return new VaultError(404, 'SecretNotFound', message);
}
