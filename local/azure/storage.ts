import { fileURLToPath } from 'node:url';
import { startChild } from '../child-process.ts';

/** The services, in the order in which Azurite makes them. */
export const STORAGE_SERVICES = ['blob', 'queue', 'table'] as const;
/** A service of the storage account. */
export type StorageService = (typeof STORAGE_SERVICES)[number];
/** Ports of the services; 0 is any free one. */
export type StoragePorts = Readonly<Record<StorageService, number>>;

/** The variable by which the process of the emulator gets what nobody may read from its command line. */
export const CONTROL_TOKEN_VARIABLE = 'STORAGE_CONTROL_TOKEN';
/** The variable with the services' ports, as JSON. */
export const PORTS_VARIABLE = 'STORAGE_PORTS';

const program = new URL('storage-process.ts', import.meta.url);

// The account that Azurite always has, and its published key.
const ACCOUNT = 'devstoreaccount1';
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** What the storage emulator is started with. */
export interface StorageOptions {
  /** @default free ones */
  ports?: StoragePorts;
  /** The control plane's bearer token. */
  token: string;
  /** Where Azurite keeps its data; without it, in memory. */
  dataDir?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Gets a sentence now and then while it is not up. */
  onWaiting?: ((why: string) => void) | undefined;
}

/** A running storage emulator. */
export interface Storage extends AsyncDisposable {
  /** The blob service; the control plane is the same on all three, and counts them as `blob`, `queue` and `table`. */
  readonly url: string;
  readonly connectionString: string;
}

/**
 * Starts Azurite as a child process that has faults, counts and a control plane like every other emulator.
 * @throws Error with its output when it does not come up
 */
export async function startStorage(options: StorageOptions): Promise<Storage> {
  const { ports = { blob: 0, queue: 0, table: 0 }, token, dataDir, signal, onWaiting } = options;
  // Azurite's own servers, which nobody speaks to.
  const unused = STORAGE_SERVICES.flatMap((service) => [`--${service}Port`, '0']);
  const place = dataDir === undefined ? ['--inMemoryPersistence'] : ['--location', dataDir];
  const child = await startChild({
    name: 'Azurite',
    args: [fileURLToPath(program), '--silent', '--disableTelemetry', '--skipApiVersionCheck', ...unused, ...place],
    env: { ...process.env, [CONTROL_TOKEN_VARIABLE]: token, [PORTS_VARIABLE]: JSON.stringify(ports) },
    ready: /^storage at (\S+) (\S+) (\S+)$/m,
    signal,
    onWaiting,
  });
  const [, blob = '', queue = '', table = ''] = child.ready;
  return {
    url: blob,
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${ACCOUNT}`,
      `AccountKey=${ACCOUNT_KEY}`,
      `BlobEndpoint=${blob}/${ACCOUNT}`,
      `QueueEndpoint=${queue}/${ACCOUNT}`,
      `TableEndpoint=${table}/${ACCOUNT};`,
    ].join(';'),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
