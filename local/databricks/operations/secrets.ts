import { z } from 'zod';
import { ApiError, doesNotExist, invalidParameter } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import type { SecretScope } from '../secrets.ts';
import type { Workspace } from '../workspace.ts';

/** @see https://docs.databricks.com/api/azure/workspace/secrets */
const MAX_VALUE_BYTES = 128 * 1024;
const MAX_SCOPES = 1_000;
const NAME = /^[\w\-@.]{1,128}$/;

const scopeName = z
  .string()
  .regex(NAME, 'Only alphanumeric characters, dashes, underscores, periods and @ are allowed.');
const createBody = z.looseObject({ scope: scopeName, initial_manage_principal: z.string().optional() });
const putBody = z.looseObject({
  scope: z.string(),
  key: scopeName,
  string_value: z.string().optional(),
  bytes_value: z.base64().optional(),
});
const keyBody = z.looseObject({ scope: z.string(), key: z.string() });

/** The Secrets API, for scopes that Databricks itself keeps. */
export const secretsOperations: Operation[] = [
  {
    name: 'secrets/scopes/create',
    method: 'POST',
    path: 'secrets/scopes/create',
    handle({ body }, { secrets, secretAcls }) {
      const { scope, initial_manage_principal: manager } = parseBody(body, createBody);
      if (secrets.has(scope)) throw new ApiError(400, 'RESOURCE_ALREADY_EXISTS', `Scope ${scope} already exists!`);
      if (secrets.size >= MAX_SCOPES)
        throw new ApiError(400, 'RESOURCE_LIMIT_EXCEEDED', `A workspace has at most ${MAX_SCOPES} secret scopes.`);
      secrets.set(scope, {});
      if (manager) secretAcls.set(scope, { [manager]: 'MANAGE' });
      return {};
    },
  },
  {
    name: 'secrets/scopes/delete',
    method: 'POST',
    path: 'secrets/scopes/delete',
    handle({ body }, workspace) {
      const { scope } = parseBody(body, createBody);
      requireScope(workspace, scope);
      workspace.secrets.delete(scope);
      workspace.secretAcls.delete(scope);
      return {};
    },
  },
  {
    name: 'secrets/scopes/list',
    method: 'GET',
    path: 'secrets/scopes/list',
    handle(_request, { secrets }) {
      const scopes = [...secrets.keys()].map((name) => ({ name, backend_type: 'DATABRICKS' }));
      return scopes.length === 0 ? {} : { scopes };
    },
  },
  {
    name: 'secrets/put',
    method: 'POST',
    path: 'secrets/put',
    handle({ body }, workspace) {
      const { scope, key, string_value: text, bytes_value: bytes } = parseBody(body, putBody);
      if ((text === undefined) === (bytes === undefined))
        throw invalidParameter('Exactly one of string_value and bytes_value must be specified.');
      const value = text === undefined ? (bytes ?? '') : Buffer.from(text).toString('base64');
      if (Buffer.byteLength(value, 'base64') > MAX_VALUE_BYTES)
        throw invalidParameter(`The maximum allowed secret value size is ${MAX_VALUE_BYTES} bytes.`);
      const entries = scopeOf(workspace, scope);
      workspace.secrets.set(scope, { ...entries, [key]: { value, updatedAtMs: workspace.clock.now() } });
      return {};
    },
  },
  {
    name: 'secrets/delete',
    method: 'POST',
    path: 'secrets/delete',
    handle({ body }, workspace) {
      const { scope, key } = parseBody(body, keyBody);
      const { [key]: found, ...rest } = scopeOf(workspace, scope);
      if (found === undefined) throw doesNotExist(`No secret with scope: ${scope} and key: ${key}`);
      workspace.secrets.set(scope, rest);
      return {};
    },
  },
  {
    name: 'secrets/list',
    method: 'GET',
    path: 'secrets/list',
    handle({ query }, workspace) {
      const entries = Object.entries(scopeOf(workspace, query.get('scope') ?? ''));
      const secrets = entries.map(([key, { updatedAtMs }]) => ({ key, last_updated_timestamp: updatedAtMs }));
      return secrets.length === 0 ? {} : { secrets };
    },
  },
  {
    name: 'secrets/get',
    method: 'GET',
    path: 'secrets/get',
    handle({ query }, workspace) {
      const [scope, key] = [query.get('scope') ?? '', query.get('key') ?? ''];
      const found = scopeOf(workspace, scope)[key];
      if (found === undefined) throw doesNotExist(`No secret with scope: ${scope} and key: ${key}`);
      return { key, value: found.value };
    },
  },
];

/** @throws ApiError 404 RESOURCE_DOES_NOT_EXIST */
export function requireScope(workspace: Workspace, name: string): void {
  scopeOf(workspace, name);
}

function scopeOf({ secrets }: Workspace, name: string): SecretScope {
  const scope = secrets.get(name);
  if (scope === undefined) throw doesNotExist(`Scope ${name} does not exist!`);
  return scope;
}
