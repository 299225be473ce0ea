import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { AppError } from '../errors.ts';
import { isPlatformAddress, isPublicAddress } from './public-address.ts';

/** A host resolves to an address that no request to a host of a caller's choice may reach. */
export class AddressRefusedError extends AppError {
  override readonly name = 'AddressRefusedError';
  constructor() {
    // Which address it is would show the caller how the network looks inside.
    super('The host has an address that may not be reached.', { code: 'ADDRESS_REFUSED', retryable: true });
  }
}

/** Resolves a name to all its addresses. */
export type Resolve = (
  hostname: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A connector for undici's Agent that looks at every address of a host when it connects, and connects to what it has
 * looked at: a name cannot resolve to one address for the check and to another for the connection. What it is connected
 * to in the end is looked at once more, before a byte of HTTP is sent. Origins for which `mayBePrivate` holds may be
 * anywhere but at the platform's own addresses. A refused connection fails with {@link AddressRefusedError}.
 */
export function guardedConnector(options: {
  timeoutMs: number;
  mayBePrivate: (origin: URL) => boolean;
  resolve?: Resolve;
}): buildConnector.connector {
  const { timeoutMs, mayBePrivate, resolve = resolveAll } = options;
  const connectors = {
    public: connectorFor(isPublicAddress),
    private: connectorFor((address) => !isPlatformAddress(address)),
  };

  function connectorFor(isAllowed: (address: string) => boolean): buildConnector.connector {
    const connect = buildConnector({ timeout: timeoutMs, lookup: guardedLookup(resolve, isAllowed) });
    return (target, callback) => {
      // An address needs no look-up, so the look-up would not check it.
      const address = bare(target.hostname);
      if (isIP(address) !== 0 && !isAllowed(address)) callback(new AddressRefusedError(), null);
      else connect(target, (...result) => checkPeer(result, isAllowed, callback));
    };
  }

  return (target, callback) => {
    const host = bare(target.hostname);
    const port = target.port === '' ? '' : `:${target.port}`;
    const origin = URL.parse(`${target.protocol}//${host.includes(':') ? `[${host}]` : host}${port}`);
    connectors[origin !== null && mayBePrivate(origin) ? 'private' : 'public'](target, callback);
  };
}

/** Passes a connection on, unless it is to where none may be, however it came to be there. */
function checkPeer(
  result: Parameters<buildConnector.Callback>,
  isAllowed: (address: string) => boolean,
  callback: buildConnector.Callback,
): void {
  const [error, socket] = result;
  if (error !== null || isAllowed(socket.remoteAddress ?? '')) return callback(...result);
  socket.destroy();
  callback(new AddressRefusedError(), null);
}

function guardedLookup(resolve: Resolve, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      const [first] = addresses;
      if (error !== null || first === undefined) callback(error ?? new Error('The host has no address.'), '', 0);
      // One bad address among them is enough: the next connection might be made to it.
      else if (!addresses.every(({ address }) => isAllowed(address))) callback(new AddressRefusedError(), '', 0);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

const resolveAll: Resolve = (hostname, callback) => {
  systemLookup(hostname, { all: true, verbatim: true }, (error, addresses) => callback(error, addresses ?? []));
};

function bare(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
