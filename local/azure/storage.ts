import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { startChild } from '../child-process.ts';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import type { FaultResponse } from '../emulator/fault-response.ts';
import { Faults, type Fault } from '../emulator/faults.ts';
import { RequestCounts } from '../emulator/request-counts.ts';
import { createForwarder } from './forwarder.ts';

const azurite = fileURLToPath(import.meta.resolve('azurite/dist/src/azurite.js'));
// A URL: in a path Node takes a `#` for the beginning of a fragment.
const durableAzurite = new URL('durable-azurite.ts', import.meta.url).href;
const SERVICES = ['blob', 'queue', 'table'] as const;
type Service = (typeof SERVICES)[number];

// The account that Azurite always has, and its published key.
const ACCOUNT = 'devstoreaccount1';
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** What the storage emulator is started with. */
export interface StorageOptions {
  /** Of the services; 0 is any free one. @default 0 */
  ports?: Readonly<Record<Service, number>>;
  /** The control plane's bearer token. */
  token: string;
  /** Where Azurite keeps its data; without it, in memory. */
  dataDir?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Gets a sentence now and then while Azurite is not up. */
  onWaiting?: ((why: string) => void) | undefined;
}

/** A running storage emulator. */
export interface Storage extends AsyncDisposable {
  /** The blob service; the control plane is the same on all three, and counts them as `blob`, `queue` and `table`. */
  readonly url: string;
  readonly connectionString: string;
}

/**
 * Starts Azurite as a child process with a proxy before each service, so that storage has faults and counts like
 * everything else. Bodies are streamed both ways.
 */
export async function startStorage(options: StorageOptions): Promise<Storage> {
  await using disposables = new AsyncDisposableStack();
  const ports = SERVICES.flatMap((service) => [`--${service}Port`, '0']);
  const place = options.dataDir === undefined ? ['--inMemoryPersistence'] : ['--location', options.dataDir];
  const child = disposables.use(
    await startChild({
      name: 'Azurite',
      args: [
        '--import',
        durableAzurite,
        azurite,
        '--silent',
        '--disableTelemetry',
        '--skipApiVersionCheck',
        ...ports,
        ...place,
      ],
      env: process.env,
      ready:
        /Blob service is successfully listening at (\S+)[^]*Queue service is successfully listening at (\S+)[^]*Table service is successfully listening at (\S+)/,
      signal: options.signal,
      onWaiting: options.onWaiting,
    }),
  );

  const shared = { token: options.token, faults: new Faults(), counts: new RequestCounts(), streamBodies: true };
  const endpoints: Record<string, Emulator> = {};
  for (const [index, service] of SERVICES.entries()) {
    const forwarder = disposables.use(createForwarder(child.ready[index + 1] ?? ''));
    endpoints[service] = disposables.use(
      await startEmulator({
        ...shared,
        port: options.ports?.[service] ?? 0,
        operationOf: () => service,
        handle: (request) => forwarder.forward(request),
        faultResponse: (fault) => storageError(service, fault),
      }),
    );
  }
  const running = disposables.move();
  const endpoint = (service: Service): string => `${endpoints[service]?.url ?? ''}/${ACCOUNT}`;
  return {
    url: endpoints['blob']?.url ?? '',
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${ACCOUNT}`,
      `AccountKey=${ACCOUNT_KEY}`,
      `BlobEndpoint=${endpoint('blob')}`,
      `QueueEndpoint=${endpoint('queue')}`,
      `TableEndpoint=${endpoint('table')};`,
    ].join(';'),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Tables speak JSON, the others XML. */
function storageError(service: Service, fault: Fault): FaultResponse {
  const code = String(fault.error_code ?? (fault.status === 503 ? 'ServerBusy' : 'InternalError'));
  const message = fault.message ?? 'The emulator was told to answer so.';
  const ofStorage = { 'x-ms-request-id': randomUUID(), 'x-ms-error-code': code };
  if (service === 'table') {
    return {
      body: { 'odata.error': { code, message: { lang: 'en-US', value: message } } },
      headers: { ...ofStorage, 'content-type': 'application/json;odata=minimalmetadata' },
    };
  }
  return {
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    headers: { ...ofStorage, 'content-type': 'application/xml' },
  };
}
