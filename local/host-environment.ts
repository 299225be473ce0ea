import { GATEWAY_CLIENT_ID } from './azure/access-token.ts';
import { TENANT_ID } from './azure/managed-identity.ts';
import { ALL_PURPOSE_CLUSTER_ID } from './databricks/clusters.ts';
import { WAREHOUSE_ID } from './databricks/sql/compute.ts';

/** Environment variables by name. */
export type Environment = Record<string, string | undefined>;

/** What the stack's parts are reached by. */
export interface StackAddresses {
  storageConnectionString: string;
  caFile: string;
  identityEndpoint: string;
  identityHeader: string;
  vaultUrl: string;
  eventGridEndpoint: string;
  /** Who signs access tokens: the authority's address. */
  identityUrl: string;
  /** Absent where a real workspace is used. */
  databricksUrl?: string;
}

/** Where the stack's parts listen: no proxy leads there. */
const STACK_HOSTS = ['localhost', '127.0.0.1', '::1'];

/** The secret that holds the emulated workspace's token. */
export const DATABRICKS_TOKEN_SECRET = 'databricks-token';

// Azure's own credentials and services give way to the stack's: a token of the one is no good at the other.
const REPLACED =
  /^(AzureWebJobsStorage(__.*)?|KEY_VAULT_URL|MSI_.*|IDENTITY_.*|AZURE_(TENANT_ID|CLIENT_SECRET|CLIENT_CERTIFICATE_.*|FEDERATED_TOKEN_FILE|USERNAME|PASSWORD))$/;
const WORKSPACE_SETTINGS = /^(DATABRICKS_(HOST|HTTP_PATH)|ARM_.*)$/;
const WORKSPACE_CREDENTIALS = /^DATABRICKS_(TOKEN|CLIENT_ID|CLIENT_SECRET)(_SECRET)?$/;

/**
 * The environment of the functions host: what is given, with the stack's parts in the place of Azure's. Where the
 * workspace is emulated, the given one's settings and credentials are left out, unless `DATABRICKS_AUTH_TYPE` says which
 * credentials are meant for the emulator.
 */
export function hostEnvironment(given: Environment, stack: StackAddresses): Environment {
  const isEmulated = stack.databricksUrl !== undefined;
  const keepsCredentials = !isEmulated || Boolean(given['DATABRICKS_AUTH_TYPE']);
  const kept = Object.fromEntries(
    Object.entries(given).filter(
      ([name]) =>
        !REPLACED.test(name) &&
        !(isEmulated && WORKSPACE_SETTINGS.test(name)) &&
        !(!keepsCredentials && WORKSPACE_CREDENTIALS.test(name)),
    ),
  );
  const hasToken = kept['DATABRICKS_TOKEN'] ?? kept['DATABRICKS_TOKEN_SECRET'];
  const direct = withoutProxy(given);
  return {
    ...kept,
    NO_PROXY: direct,
    no_proxy: direct,
    AzureWebJobsStorage: stack.storageConnectionString,
    NODE_EXTRA_CA_CERTS: stack.caFile,
    IDENTITY_ENDPOINT: stack.identityEndpoint,
    IDENTITY_HEADER: stack.identityHeader,
    KEY_VAULT_URL: stack.vaultUrl,
    // A tenant of the operator's own is Entra's, unless its authority is named too.
    ...(given['ENTRA_TENANT_IDS']
      ? {}
      : {
          ENTRA_TENANT_IDS: TENANT_ID,
          ENTRA_AUDIENCES: `${GATEWAY_CLIENT_ID},api://${GATEWAY_CLIENT_ID}`,
          ENTRA_AUTHORITY: stack.identityUrl,
          // Keys are renewed here whenever somebody says so.
          ENTRA_KEYS_COOLDOWN_SECONDS: '0',
        }),
    EVENT_GRID_TOPIC_ENDPOINT: given['EVENT_GRID_TOPIC_ENDPOINT'] ?? stack.eventGridEndpoint,
    ...(isEmulated
      ? {
          DATABRICKS_HOST: stack.databricksUrl,
          DATABRICKS_CLUSTER_ID: ALL_PURPOSE_CLUSTER_ID,
          DATABRICKS_WAREHOUSE_ID: WAREHOUSE_ID,
          TEMPLATES_FILE: given['TEMPLATES_FILE'] ?? 'settings/templates.json',
          EVENT_RULES_FILE: given['EVENT_RULES_FILE'] ?? 'settings/event-rules.json',
          ...(hasToken ? {} : { DATABRICKS_TOKEN_SECRET: DATABRICKS_TOKEN_SECRET }),
        }
      : {}),
  };
}

/**
 * Has this process reach the stack's hosts without a proxy. Node's own `fetch` obeys one where `NODE_USE_ENV_PROXY` is
 * set, and looks at the list again for each request.
 */
export function reachStackDirectly(environment: Environment): void {
  environment['NO_PROXY'] = withoutProxy(environment);
  environment['no_proxy'] = environment['NO_PROXY'];
}

/** The hosts that are reached without a proxy: those that were given, and the stack's own. */
function withoutProxy(given: Environment): string {
  const listed = (given['no_proxy'] || given['NO_PROXY'] || '').split(',').map((host) => host.trim());
  return [...new Set([...listed, ...STACK_HOSTS])].filter(Boolean).join(',');
}
