import type { WorkspaceConfig } from '../config/workspace-config.ts';
import type { SqlClient, SqlTokens } from './sql-client.ts';

/**
 * The SQL client of a workspace; `undefined` where it has neither a warehouse nor an HTTP path.
 * What it is made of is loaded at the first statement, so that an app that runs none starts without it.
 */
export function openWorkspaceSql(
  { host, httpPath }: WorkspaceConfig,
  options: { tokens: SqlTokens; now: () => number },
): SqlClient | undefined {
  if (httpPath === undefined) return undefined;
  let opening: Promise<SqlClient> | undefined;
  const open = async () => {
    const { createSqlClient } = await import('./sql-client.ts');
    const { hostname, port, protocol } = new URL(host);
    const isPlainHttp = protocol === 'http:';
    return createSqlClient({
      address: { host: hostname, port: port === '' ? undefined : Number(port), httpPath, isPlainHttp },
      ...options,
    });
  };
  return {
    execute: async (statement, signal) => (await (opening ??= open())).execute(statement, signal),
    [Symbol.asyncDispose]: async () => (await opening)?.[Symbol.asyncDispose](),
  };
}
