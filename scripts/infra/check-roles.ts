import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { nodesOf, problemAt, valueAt, type BicepFile, type Problem } from './bicep-file.ts';

const rolesFile = z.record(
  z.string(),
  z.strictObject({ id: z.guid(), name: z.string(), on: z.string(), reason: z.string().min(20) }),
);

/** The built-in roles that the templates give, each with the type of resource that it is given on, and why. */
export type Roles = z.infer<typeof rolesFile>;

/** @throws Error where the file is missing or has another form */
export async function readRoles(path: string): Promise<Roles> {
  return rolesFile.parse(JSON.parse(await readFile(path, 'utf8')));
}

const GUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/i;

/** That every role of the table is given on what it is for, and no other role on anything. */
export function checkRoles(files: readonly BicepFile[], roles: Roles): Problem[] {
  const given = files.flatMap(assignments);
  const problems = files.flatMap((file) =>
    [...nodesOf(file.root)]
      .filter(({ type, text }) => type === 'string_content' && GUID.test(text))
      .map((node) => problemAt(file, node, 'an id stands in a template: roles are named in infra/roles.json')),
  );
  const unknown = given.flatMap(({ file, node, scopeType, role }) =>
    roles[role]?.on === scopeType ? [] : [problemAt(file, node, `the role ${role} is not for ${scopeType}`)],
  );
  const missing = Object.entries(roles)
    .filter(([role]) => !given.some((assignment) => assignment.role === role))
    .map(([role, { on }]) => ({ path: 'infra/roles.json', line: 1, message: `${role} is given on no ${on}` }));
  return [...problems, ...unknown, ...missing];
}

/** Each assignment, with the type of its scope and the roles that the template names for it. */
function assignments(file: BicepFile) {
  return file.resources
    .filter(({ type }) => type === 'Microsoft.Authorization/roleAssignments')
    .flatMap(({ body, node }) => {
      const scope = valueAt(body, ['scope'])?.text;
      const scopeType = file.resources.find(({ symbol }) => symbol === scope)?.type ?? 'the whole group';
      return [...rolesNamed(file, node.text)].map((role) => ({ file, node, scopeType, role }));
    });
}

/** `roles.NAME` in a text, and in the variables that it loops over. */
function rolesNamed(file: BicepFile, text: string): Set<string> {
  const direct = [...text.matchAll(/\broles\.(\w+)/g)].map(([, role = '']) => role);
  const looped = /\bfor \w+ in (\w+)/.exec(text)?.[1];
  const list = looped === undefined ? undefined : file.variables.get(looped);
  return new Set([...direct, ...(list === undefined ? [] : rolesNamed(file, list.text))]);
}
