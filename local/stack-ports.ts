import { isFree } from './free-port.ts';

/** The ports of a stack's emulators; 0 is any free one. */
export interface StackPorts {
  workspace: number;
  vault: number;
  identity: number;
  eventGrid: number;
  blob: number;
  queue: number;
  table: number;
}

/** Clients are set up once: an address stays where it can. Storage has those that its tools look for. */
const USUAL: StackPorts = {
  workspace: 8443,
  vault: 8444,
  eventGrid: 8445,
  identity: 8446,
  blob: 10_000,
  queue: 10_001,
  table: 10_002,
};

/** Any free port for each. */
export const ANY_PORTS: StackPorts = {
  workspace: 0,
  vault: 0,
  identity: 0,
  eventGrid: 0,
  blob: 0,
  queue: 0,
  table: 0,
};

/** The usual port of each part where it is free, else any. */
export async function usualPorts(): Promise<StackPorts> {
  const free = async (port: number): Promise<number> => ((await isFree(port)) ? port : 0);
  const [workspace, vault, eventGrid, identity, blob, queue, table] = await Promise.all([
    free(USUAL.workspace),
    free(USUAL.vault),
    free(USUAL.eventGrid),
    free(USUAL.identity),
    free(USUAL.blob),
    free(USUAL.queue),
    free(USUAL.table),
  ]);
  return { workspace, vault, eventGrid, identity, blob, queue, table };
}
