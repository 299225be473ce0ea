import { randomUUID } from 'node:crypto';
import { sendJson, startEmulator, type EmulatedRequest, type Emulator } from '../emulator/emulator.ts';
import { ApiError } from './api-error.ts';
import { createAuthenticator } from './authentication.ts';
import { createClock } from './clock.ts';
import { clockControl } from './controls/clock.ts';
import { limitsControl } from './controls/limits.ts';
import { runsControl } from './controls/runs.ts';
import { tokensControl } from './controls/tokens.ts';
import { statementsControl } from './controls/statements.ts';
import { webhooksControl } from './controls/webhooks.ts';
import { Download } from './download.ts';
import { OAuthServer, type OAuthClient } from './oauth-server.ts';
import * as operations from './operations/index.ts';
import { operationTable } from './operation-table.ts';
import { bodyOf, queryOf } from './request-body.ts';
import { createSqlWarehouse } from './sql/warehouse.ts';
import { openWorkspace, WORKSPACE_ID, type Workspace } from './workspace.ts';

/** What a workspace is started with. */
export interface DatabricksOptions {
  port?: number;
  /** Keeps runs, jobs, clusters, tables and imported notebooks here; without it they end with the emulator. */
  dataDir?: string;
  /** Emulated seconds in one real second. */
  timeScale?: number;
  /** PEM. */
  certificate: { key: string; cert: string };
  /** The personal access token, and the bearer of the control plane. */
  token: string;
  /** Who issues Entra tokens. */
  identity?: { issuer: string; jwksUrl: string };
  /** The service principal of machine-to-machine OAuth. */
  oauthClient?: OAuthClient;
  /** Whether there is a SQL warehouse. @default true */
  sqlWarehouse?: boolean;
  /** Whether a Python interpreter is loaded before the first notebook asks for it. @default true */
  warmNotebooks?: boolean;
}

/** A running workspace. */
export interface Databricks extends Emulator {
  readonly workspace: Workspace;
}

const matchOperation = operationTable(Object.values(operations).flat());

const DEFAULT_OAUTH_CLIENT: OAuthClient = {
  clientId: '00000000-0000-4000-8000-00000000da7a',
  clientSecret: 'dose-local-emulator-secret',
};

/** Starts a Databricks workspace on https://localhost:PORT. */
export async function startDatabricks(options: DatabricksOptions): Promise<Databricks> {
  await using started = new AsyncDisposableStack();
  const clock = createClock({ scale: options.timeScale ?? 1 });
  const warehouse =
    options.sqlWarehouse === false
      ? undefined
      : started.use(
          await createSqlWarehouse({ clock, ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }) }),
        );
  const workspace = started.use(
    await openWorkspace({
      clock,
      dataDir: options.dataDir,
      warmNotebooks: options.warmNotebooks ?? true,
      sql: warehouse?.engine,
    }),
  );
  const oauth = new OAuthServer(options.oauthClient ?? DEFAULT_OAUTH_CLIENT, clock);
  const authenticator = createAuthenticator({ token: options.token, identity: options.identity, oauth });

  function operationOf(request: EmulatedRequest): string {
    return (
      oauth.operationOf(request) ??
      warehouse?.operationOf(request) ??
      matchOperation(request.method, request.url.pathname)?.operation.name ??
      ''
    );
  }

  async function handle(request: EmulatedRequest): Promise<void> {
    const requestId = randomUUID();
    request.response.setHeader('server', 'databricks');
    request.response.setHeader('x-databricks-org-id', WORKSPACE_ID);
    request.response.setHeader('x-request-id', requestId);
    try {
      await respond(request);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { status, errorCode, message, headers } = error;
      sendJson(request.response, status, errorJson(errorCode, message, requestId), headers);
    }
  }

  async function respond(request: EmulatedRequest): Promise<void> {
    const { method, url, response } = request;
    if (oauth.operationOf(request) !== undefined) {
      oauth.handle(request, emulator.url);
      return;
    }
    // Clients look here for what kind of host this is and where it signs in, before they have a credential.
    if (url.pathname === '/.well-known/databricks-config') {
      sendJson(response, 200, hostMetadata(emulator.url));
      return;
    }
    if (url.pathname.startsWith('/.well-known/')) throw notFound(request);
    await authenticator.authenticate(request.headers.authorization);
    if (!workspace.rates.take(operationOf(request)))
      throw new ApiError(429, 'REQUEST_LIMIT_EXCEEDED', RATE_EXCEEDED, { 'retry-after': '1' });
    if (warehouse?.operationOf(request) !== undefined) {
      await warehouse.handle(request);
      return;
    }
    const match = matchOperation(method, url.pathname);
    if (match === undefined) throw notFound(request);
    const { operation, version, params } = match;
    const body = operation.takesRawBody === true ? request.body : await bodyOf(request);
    const result = await operation.handle({ version, params, body, query: queryOf(request, body) }, workspace);
    workspace.flush();
    if (result instanceof Download) {
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': result.content.length });
      response.end(result.content);
    } else sendJson(response, 200, result);
  }

  const emulator = started.use(
    await startEmulator({
      ...(options.port === undefined ? {} : { port: options.port }),
      tls: options.certificate,
      token: options.token,
      operationOf,
      handle,
      controls: {
        limits: limitsControl(workspace),
        runs: runsControl(workspace),
        webhooks: webhooksControl(workspace),
        clock: clockControl(workspace),
        tokens: tokensControl(authenticator),
        ...(warehouse === undefined ? {} : { statements: statementsControl(warehouse.engine.held) }),
      },
    }),
  );
  workspace.identity.url = emulator.url;
  const owned = started.move();
  return {
    url: emulator.url,
    port: emulator.port,
    workspace,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What `/.well-known/databricks-config` says of a workspace. @see https://github.com/databricks/databricks-sdk-go */
function hostMetadata(url: string): object {
  return {
    oidc_endpoint: `${url}/oidc`,
    workspace_id: WORKSPACE_ID,
    account_id: '00000000-0000-0000-0000-000000000000',
    cloud: 'AZURE',
    host_type: 'workspace',
  };
}

const RATE_EXCEEDED =
  'Your request was rejected since your organization has exceeded the rate limit. Please retry your request later.';

function notFound({ method, url }: EmulatedRequest): ApiError {
  return new ApiError(404, 'ENDPOINT_NOT_FOUND', `No API found for '${method} ${url.pathname}'`);
}

function errorJson(errorCode: string | number, message: string, requestId: string): object {
  // Authentication is refused in an older form, with a number and no details.
  if (typeof errorCode === 'number') return { error_code: errorCode, message };
  return {
    error_code: errorCode,
    message,
    details: [{ '@type': 'type.googleapis.com/google.rpc.RequestInfo', request_id: requestId, serving_data: '' }],
  };
}
