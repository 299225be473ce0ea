import type { WorkspaceConfig } from '../config/workspace-config.ts';
import { createSqlClient, type SqlClient, type SqlTokens } from './sql-client.ts';

/** The SQL client of a workspace; `undefined` where it has neither a warehouse nor an HTTP path. */
export function openWorkspaceSql(
  { host, httpPath }: WorkspaceConfig,
  options: { tokens: SqlTokens; now: () => number },
): SqlClient | undefined {
  if (httpPath === undefined) return undefined;
  const { hostname, port, protocol } = new URL(host);
  const address = {
    host: hostname,
    port: port === '' ? undefined : Number(port),
    httpPath,
    isPlainHttp: protocol === 'http:',
  };
  return createSqlClient({ address, ...options });
}
