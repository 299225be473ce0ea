import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEventGrid } from './azure/event-grid.ts';
import { startKeyVault, type KeyVault } from './azure/key-vault.ts';
import { startManagedIdentity } from './azure/managed-identity.ts';
import { startStorage } from './azure/storage.ts';
import { openKeys } from './functions-host/keys.ts';
import { BoundedLog } from './bounded-log.ts';
import { startDatabricks } from './databricks/databricks.ts';
import { openCertificateAuthority, type CertificateAuthority } from './emulator/certificate-authority.ts';
import { DATABRICKS_TOKEN_SECRET, hostEnvironment, type Environment } from './host-environment.ts';
import { HostProcess } from './host-process.ts';
import { LOCK_FILE, lockStackData } from './stack-lock.ts';
import { ANY_PORTS, type StackPorts } from './stack-ports.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));

/** What a stack is started with. */
export interface StackOptions {
  /** The gateway's port. @default 0, a free one */
  port?: number;
  /** The emulators' ports. @default free ones */
  ports?: StackPorts;
  /** Keeps everything here; without it, in a temporary directory that goes with the stack. */
  dataDir?: string;
  /** Whether the directory is emptied first. @default false */
  isFresh?: boolean;
  /** Whether function keys are asked for. @default false */
  auth?: boolean;
  /** Emulated seconds in one real second. @default 1 */
  timeScale?: number;
  /** Whether a Python interpreter is loaded at once, which takes a second or two, or for the first notebook. @default false */
  warmNotebooks?: boolean;
  /** How long each message of the Durable task hub is on its way, as on Azure's queues. @default 0 */
  queueDelayMs?: number;
  /** The function app. @default the repository */
  appDir?: string;
  /** The program of Node that runs the functions host. @default this process's */
  hostNodeFile?: string;
  /**
   * What the functions host's environment is made of; a `DATABRICKS_HOST` in it is used in place of the emulator.
   * @default this process's, without what names a workspace
   */
  environment?: Environment;
  /** Has the last word on the functions host's environment; undefined takes a setting away. */
  env?: Environment;
  /** Whether the functions host writes for people, not JSON lines. @default false */
  pretty?: boolean;
  /** Gets a sentence now and then about a part that is not up yet. */
  onWaiting?: (why: string) => void;
  /** Gets the functions host's output as it comes. */
  onHostOutput?: (text: string) => void;
  /** Gives up starting. */
  signal?: AbortSignal;
}

/** A running stack; disposing it stops every part. */
export interface Stack extends AsyncDisposable {
  /** The gateway: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** The workspace, and the token it takes; no token of a workspace that is not emulated. */
  readonly databricks: { readonly url: string; readonly token: string; readonly isEmulated: boolean };
  readonly vault: KeyVault;
  readonly identity: { readonly url: string; readonly issuer: string; readonly jwksUrl: string };
  readonly eventGrid: { readonly url: string };
  readonly storage: { readonly url: string; readonly connectionString: string };
  /** The bearer token of every emulator's control plane. */
  readonly token: string;
  readonly dataDir: string;
  /** The certificate authority of the emulators that speak https. */
  readonly caFile: string;
  /** SIGKILLs the functions host. */
  killHost(): Promise<void>;
  /** Starts it again, at the same address; `changes` of its environment hold until it is started the next time. */
  startHost(changes?: Environment): Promise<void>;
  /** Resolves when the functions host that runs now has ended. */
  hostEnded(): Promise<void>;
  /** The last of what the functions host has written. */
  hostLog(): string;
}

/**
 * Starts the emulators in this process, and Azurite and the functions host as children of it.
 * @throws Error of the part that did not start, with its own output; whatever had started is stopped again
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  await using started = new AsyncDisposableStack();
  const dataDir = options.dataDir ?? (await temporaryDirectory(started));
  await mkdir(dataDir, { recursive: true });
  started.use(lockStackData(dataDir));
  if (options.isFresh === true) await emptyDirectory(dataDir);
  const token = await keptToken(join(dataDir, 'token'));
  const authority = await openCertificateAuthority(join(dataDir, 'certificate-authority'));
  const tls = await authority.issue(['localhost', '127.0.0.1']);
  const environment = options.environment ?? withoutWorkspace(process.env);
  const { ports = ANY_PORTS } = options;

  // Azurite is the slowest to start, and waits for nobody.
  const storageStarting = startStorage({
    ports,
    token,
    dataDir: options.dataDir === undefined ? undefined : join(dataDir, 'azurite'),
    signal: options.signal,
    onWaiting: options.onWaiting,
  });
  // Its failure is reported below, unless an earlier one is.
  const storageSettled = storageStarting.then(
    (storage) => storage,
    () => undefined,
  );
  started.defer(async () => (await storageSettled)?.[Symbol.asyncDispose]());

  const identity = started.use(await startManagedIdentity({ port: ports.identity, token, identityHeader: token }));
  const vault = started.use(
    await startKeyVault({ port: ports.vault, tls, token, identity, file: join(dataDir, 'vault.json') }),
  );
  if (vault.secrets.get(DATABRICKS_TOKEN_SECRET) === undefined) vault.secrets.set(DATABRICKS_TOKEN_SECRET, token);
  const eventGrid = started.use(await startEventGrid({ port: ports.eventGrid, tls, token, identity }));
  const workspaceUrl = environment['DATABRICKS_HOST'];
  const databricks = workspaceUrl
    ? { url: workspaceUrl, token: '', isEmulated: false }
    : {
        url: started.use(
          await startDatabricks({
            port: ports.workspace,
            dataDir: join(dataDir, 'databricks'),
            timeScale: options.timeScale ?? 1,
            warmNotebooks: options.warmNotebooks ?? false,
            certificate: tls,
            token,
            identity,
          }),
        ).url,
        token,
        isEmulated: true,
      };
  const storage = await storageStarting;

  const hostLog = new BoundedLog({ onText: options.onHostOutput });
  const host = started.use(
    new HostProcess({
      appDir: options.appDir ?? repository,
      dataDir,
      port: options.port ?? 0,
      auth: options.auth ?? false,
      queueDelayMs: options.queueDelayMs ?? 0,
      pretty: options.pretty ?? false,
      nodeFile: options.hostNodeFile,
      onWaiting: options.onWaiting,
      env: {
        // Where the host asks for no keys, the app's settings say that nobody is asked for credentials.
        ...(options.auth === true ? { HOST_MASTER_KEY: openKeys(dataDir).master } : { AUTH_MODE: 'anonymous' }),
        ...hostEnvironment(environment, {
          storageConnectionString: storage.connectionString,
          caFile: await trustedAuthorities(authority, environment['NODE_EXTRA_CA_CERTS'], dataDir),
          identityEndpoint: identity.endpoint,
          identityUrl: identity.url,
          identityHeader: token,
          vaultUrl: vault.url,
          eventGridEndpoint: eventGrid.endpoint,
          ...(databricks.isEmulated ? { databricksUrl: databricks.url } : {}),
        }),
        ...options.env,
      },
      log: hostLog,
    }),
  );
  await host.start({ signal: options.signal });

  const running = started.move();
  return {
    url: host.url,
    databricks,
    vault,
    identity,
    eventGrid,
    storage,
    token,
    dataDir,
    caFile: authority.caFile,
    killHost: () => host.kill(),
    startHost: (changes) => host.start({ changes }),
    hostEnded: () => host.ended,
    hostLog: () => hostLog.text(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function temporaryDirectory(disposables: AsyncDisposableStack): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'databricks-gateway-'));
  disposables.defer(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Only the lock stays, as it is held. */
async function emptyDirectory(dir: string): Promise<void> {
  for (const name of await readdir(dir))
    if (name !== LOCK_FILE) await rm(join(dir, name), { recursive: true, force: true });
}

/** The token that was made at the first start: clients and the vault go on knowing it. */
async function keptToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    const token = `dapi${randomBytes(16).toString('hex')}`;
    await writeFile(file, `${token}\n`, { mode: 0o600 });
    return token;
  }
}

function withoutWorkspace(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(DATABRICKS|ARM|AZURE)_/.test(name)));
}

/** The stack's certificate authority, together with those that the environment trusts already. */
async function trustedAuthorities(
  authority: CertificateAuthority,
  given: string | undefined,
  dir: string,
): Promise<string> {
  if (!given) return authority.caFile;
  const file = join(dir, 'trusted-authorities.pem');
  await writeFile(file, `${await readFile(authority.caFile, 'utf8')}\n${await readFile(given, 'utf8')}`);
  return file;
}
