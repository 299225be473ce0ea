import type { SessionDocument } from '../../api/documents.ts';

/** The names of the workspaces that have a warehouse. */
export function workspacesWithSql(workspaces: SessionDocument['workspaces']): string[] {
  return workspaces.filter(({ has_sql: hasSql }) => hasSql).map(({ name }) => name);
}

/**
 * The workspace that a query names: what was chosen, where that has a warehouse, else the first that has; undefined where
 * none has. The gateway's own default is the first of all, which may have none.
 */
export function queryWorkspace(workspaces: SessionDocument['workspaces'], chosen: string): string | undefined {
  const named = workspacesWithSql(workspaces);
  return named.find((name) => name === chosen) ?? named[0];
}
