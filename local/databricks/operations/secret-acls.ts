import { z } from 'zod';
import { doesNotExist } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import type { Workspace } from '../workspace.ts';
import { requireScope } from './secrets.ts';

const aclBody = z.looseObject({ scope: z.string(), principal: z.string().min(1) });
const putBody = aclBody.extend({ permission: z.enum(['READ', 'WRITE', 'MANAGE']) });

/** Who may do what with a secret scope. It is kept and shown, and holds nobody back: every credential may do everything. */
export const secretAcls: Operation[] = [
  {
    name: 'secrets/acls/put',
    method: 'POST',
    path: 'secrets/acls/put',
    handle({ body }, workspace) {
      const { scope, principal, permission } = parseBody(body, putBody);
      workspace.secretAcls.set(scope, { ...aclsOf(workspace, scope), [principal]: permission });
      return {};
    },
  },
  {
    name: 'secrets/acls/delete',
    method: 'POST',
    path: 'secrets/acls/delete',
    handle({ body }, workspace) {
      const { scope, principal } = parseBody(body, aclBody);
      const { [principal]: removed, ...others } = aclsOf(workspace, scope);
      if (removed === undefined) throw noAcl(scope, principal);
      workspace.secretAcls.set(scope, others);
      return {};
    },
  },
  {
    name: 'secrets/acls/list',
    method: 'GET',
    path: 'secrets/acls/list',
    handle({ query }, workspace) {
      const acls = Object.entries(aclsOf(workspace, query.get('scope') ?? ''));
      return { items: acls.map(([principal, permission]) => ({ principal, permission })) };
    },
  },
  {
    name: 'secrets/acls/get',
    method: 'GET',
    path: 'secrets/acls/get',
    handle({ query }, workspace) {
      const [scope, principal] = [query.get('scope') ?? '', query.get('principal') ?? ''];
      const { [principal]: permission } = aclsOf(workspace, scope);
      if (permission === undefined) throw noAcl(scope, principal);
      return { principal, permission };
    },
  },
];

/** Who has made a scope may manage it. @throws ApiError 404 for a scope that is not there. */
function aclsOf(workspace: Workspace, scope: string): Record<string, string> {
  requireScope(workspace, scope);
  return workspace.secretAcls.get(scope) ?? { [workspace.identity.userName]: 'MANAGE' };
}

function noAcl(scope: string, principal: string) {
  return doesNotExist(`No ACL exists for principal ${principal} in scope ${scope}`);
}
