import type { SettingName } from './env.ts';
import type { SecretReference, SettingReader } from './setting-reader.ts';

/** How the gateway proves to Databricks who it is, by the names of Databricks' unified authentication. */
export type DatabricksAuth =
  | { type: 'pat'; token: SecretReference }
  | { type: 'oauth-m2m'; clientId: string; clientSecret: SecretReference }
  | { type: 'azure-msi'; clientId?: string }
  | { type: 'azure-client-secret'; tenantId: string; clientId: string; clientSecret: SecretReference }
  /** Whatever `DefaultAzureCredential` finds; `clientId` names a user-assigned identity. */
  | { type: 'azure-default'; clientId?: string };

/** The settings of one Databricks workspace. */
export interface WorkspaceConfig {
  name: string;
  /** The workspace's origin, as `https://adb-1.azuredatabricks.net`: no slash at the end. */
  host: string;
  auth: DatabricksAuth;
  clusterId?: string;
  warehouseId?: string;
  /** Where SQL goes: `DATABRICKS_HTTP_PATH`, else the warehouse's path. */
  httpPath?: string;
  /** The Databricks notification destination that posts to this gateway. */
  webhook?: { id: string; username: SecretReference; password: SecretReference };
  limits: {
    maxConcurrentRuns: number;
    /** Runs created in any `creationsWindowSeconds`. */
    creations: number;
    creationsWindowSeconds: number;
  };
}

/** Reads one workspace's settings; what is wrong is left in the reader's problems. */
export function readWorkspace(name: string, reader: SettingReader): WorkspaceConfig {
  const clusterId = reader.text('DATABRICKS_CLUSTER_ID');
  const httpPath = readHttpPath(reader);
  const warehouseId = httpPath?.warehouseId ?? readId(reader, 'DATABRICKS_WAREHOUSE_ID');
  const sqlPath = httpPath?.path ?? (warehouseId === undefined ? undefined : `/sql/1.0/warehouses/${warehouseId}`);
  const webhook = readWebhook(reader);
  return {
    name,
    host: readHost(reader),
    auth: readAuth(reader),
    ...(clusterId === undefined ? {} : { clusterId }),
    ...(warehouseId === undefined ? {} : { warehouseId }),
    ...(sqlPath === undefined ? {} : { httpPath: sqlPath }),
    ...(webhook === undefined ? {} : { webhook }),
    // Databricks allows 2,000 concurrent task runs and 10,000 creations an hour; the rest is headroom for others.
    limits: {
      maxConcurrentRuns: reader.wholeNumber('DATABRICKS_MAX_CONCURRENT_RUNS') ?? 1_900,
      creations: reader.wholeNumber('DATABRICKS_CREATIONS_PER_HOUR') ?? 9_500,
      creationsWindowSeconds: reader.wholeNumber('DATABRICKS_CREATIONS_WINDOW_SECONDS') ?? 3_600,
    },
  };
}

function readHost(reader: SettingReader): string {
  const text = reader.required('DATABRICKS_HOST', 'it is the address of the workspace.');
  return text === '' ? '' : (reader.url('DATABRICKS_HOST')?.origin ?? '');
}

function readAuth(reader: SettingReader): DatabricksAuth {
  const type = reader.oneOf('DATABRICKS_AUTH_TYPE', ['pat', 'oauth-m2m', 'azure-msi', 'azure-client-secret']);
  const reason = `DATABRICKS_AUTH_TYPE is ${type ?? 'not set'}.`;
  const identity = reader.text('AZURE_CLIENT_ID');
  const clientId = identity === undefined ? {} : { clientId: identity };
  switch (type ?? inferAuthType(reader)) {
    case 'pat':
      return { type: 'pat', token: reader.requiredSecret('DATABRICKS_TOKEN', reason) };
    case 'oauth-m2m':
      return {
        type: 'oauth-m2m',
        clientId: reader.required('DATABRICKS_CLIENT_ID', reason),
        clientSecret: reader.requiredSecret('DATABRICKS_CLIENT_SECRET', reason),
      };
    case 'azure-client-secret':
      return {
        type: 'azure-client-secret',
        tenantId: reader.required('ARM_TENANT_ID', reason),
        clientId: reader.required('ARM_CLIENT_ID', reason),
        clientSecret: reader.requiredSecret('ARM_CLIENT_SECRET', reason),
      };
    case 'azure-msi':
      return { type: 'azure-msi', ...clientId };
    case 'azure-default':
      return { type: 'azure-default', ...clientId };
  }
}

function inferAuthType(reader: SettingReader): 'pat' | 'oauth-m2m' | 'azure-default' {
  if (reader.hasSecret('DATABRICKS_TOKEN')) return 'pat';
  const hasClient = reader.text('DATABRICKS_CLIENT_ID') !== undefined;
  return hasClient && reader.hasSecret('DATABRICKS_CLIENT_SECRET') ? 'oauth-m2m' : 'azure-default';
}

function readWebhook(reader: SettingReader): WorkspaceConfig['webhook'] {
  const id = reader.text('DATABRICKS_WEBHOOK_ID');
  if (id === undefined) return undefined;
  const reason = 'DATABRICKS_WEBHOOK_ID is set, and its calls are let in by name and password only.';
  return {
    id,
    username: reader.requiredSecret('DATABRICKS_WEBHOOK_USERNAME', reason),
    password: reader.requiredSecret('DATABRICKS_WEBHOOK_PASSWORD', reason),
  };
}

function readHttpPath(reader: SettingReader): { path: string; warehouseId?: string } | undefined {
  const text = reader.text('DATABRICKS_HTTP_PATH');
  if (text === undefined) return undefined;
  const path = text.startsWith('/') ? text : `/${text}`;
  if (!/^\/[0-9A-Za-z._/-]+$/.test(path)) reader.report('DATABRICKS_HTTP_PATH', 'is not a path.');
  const warehouseId = /^\/sql\/1\.0\/(?:warehouses|endpoints)\/([0-9A-Za-z-]+)$/.exec(path)?.[1];
  return warehouseId === undefined ? { path } : { path, warehouseId };
}

function readId(reader: SettingReader, name: SettingName): string | undefined {
  const text = reader.text(name);
  if (text !== undefined && !/^[0-9A-Za-z-]+$/.test(text)) reader.report(name, 'is not an id.');
  return text;
}
