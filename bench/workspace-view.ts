import type { Gateway } from '../test/support/gateway.ts';

/** What the emulated workspace knows of a run; times are epoch ms, an `end_time` of 0 is still to come. */
export interface KnownRun {
  run_id: number;
  run_name: string;
  idempotency_token: string | null;
  start_time: number;
  end_time: number;
  result_state: string | null;
}

export async function knownRuns(gateway: Gateway): Promise<KnownRun[]> {
  const answer = await gateway.control('databricks', 'GET', 'runs');
  return (answer.body as { runs: KnownRun[] }).runs;
}

/** How often each operation was asked of the workspace, by the status of the answer. */
export async function requestCounts(gateway: Gateway): Promise<Record<string, Record<string, number>>> {
  const answer = await gateway.control('databricks', 'GET', 'requests');
  return (answer.body as { operations: Record<string, Record<string, number>> }).operations;
}

/** The part of a run document that the benchmarks look at. */
export interface RunDocument {
  id: string;
  status: string;
  outcome: string | null;
  attempt: number;
  run_id: string | null;
  run_name: string;
}

export async function runDocument(
  gateway: Gateway,
  id: string,
  headers: Record<string, string> = {},
): Promise<RunDocument> {
  return (await gateway.get(`/api/runs/${id}`, headers)).body as RunDocument;
}

/** The newest runs of the gateway. */
export async function newestRuns(gateway: Gateway): Promise<RunDocument[]> {
  return ((await gateway.get('/api/runs?limit=100')).body as { runs: RunDocument[] }).runs;
}
