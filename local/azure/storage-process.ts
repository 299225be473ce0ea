/**
 * The process of the storage emulator. Azurite's arguments are its own; in the place of each server that Azurite makes listens an
 * emulator that hands it the requests. So storage has faults, counts and a control plane like everything else, and a
 * request is read once, not sent on from one server to another.
 */
import './durable-azurite.ts';
import http, { Server, type IncomingMessage, type ServerResponse } from 'node:http';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { Faults } from '../emulator/faults.ts';
import { RequestCounts } from '../emulator/request-counts.ts';
import { storageError } from './storage-error.ts';
import {
  CONTROL_TOKEN_VARIABLE,
  PORTS_VARIABLE,
  STORAGE_SERVICES,
  type StoragePorts,
  type StorageService,
} from './storage.ts';

const ports = JSON.parse(process.env[PORTS_VARIABLE] ?? '') as StoragePorts;
const token = process.env[CONTROL_TOKEN_VARIABLE] ?? '';
const shared = { token, faults: new Faults(), counts: new RequestCounts(), streamBodies: true };
const urls: string[] = [];

function startService(service: StorageService, server: Server): Promise<Emulator> {
  return startEmulator({
    ...shared,
    port: ports[service],
    operationOf: () => service,
    handle: ({ incoming, response }) => handle(server, incoming, response),
    faultResponse: (fault) => storageError(service, fault),
  });
}

/** Resolves when the response is complete, or the client gone. */
function handle(server: Server, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('finish', resolve).once('close', resolve);
    server.emit('request', incoming, response);
  });
}

/** In the place of `server.listen`. */
async function listen(service: StorageService, server: Server, listening: () => void): Promise<void> {
  try {
    const { url } = await startService(service, server);
    listening();
    if (urls.push(url) === STORAGE_SERVICES.length) console.log(`storage at ${urls.join(' ')}`);
  } catch (error) {
    server.emit('error', error);
  }
}

// Azurite makes its servers in the order of the services, and has one listen after the other.
const services = STORAGE_SERVICES.values();
Object.assign(http, {
  createServer: () => {
    const server = new Server();
    const service = services.next().value;
    if (service === undefined) return server;
    return Object.assign(server, {
      listen: (_port: number, _host: string, listening: () => void) => {
        void listen(service, server, listening);
        return server;
      },
    });
  },
});

// What it has confirmed is kept, so there is nothing to wait for.
process.once('SIGTERM', () => process.exit());
await import(import.meta.resolve('azurite/dist/src/azurite.js'));
