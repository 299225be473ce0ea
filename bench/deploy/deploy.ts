import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStack, type Stack } from '../../local/stack.ts';
import { packageApp } from '../../scripts/package-app.ts';
import { sweepRuns } from '../../src/shared/runs/sweep/sweep-runs.ts';
import { Gateway, simulated } from '../../test/support/gateway.ts';
import { openInProcessGateway } from '../../test/support/in-process-gateway.ts';
import { knownRuns, type RunDocument } from '../workspace-view.ts';
import { bundleChanged, IS_VERSIONED_VARIABLE, NEXT_VERSION } from './changed-bundle.ts';

export interface DeployOptions {
  /** Runs that are followed while the other bundle is deployed. */
  runs: number;
  /** How long each runs. */
  seconds: number;
  /** Whether the changed workflow has a version of its own. */
  isVersioned: boolean;
  patienceMs: number;
  /** The app and the changed bundle, where they have been made already, to be copied. @default they are made */
  made?: { appDir: string; changedDir: string };
}

export interface DeployReport {
  runs: number;
  /** Runs lost, doubled or with an outcome that is not Databricks', in words. */
  violations: string[];
  /** RunOrchestrations of the old bundle by the state that they ended in. */
  ended: Record<string, number>;
  /** How many the sweep took up again. */
  reattached: number;
  /** From the first start of the other bundle to the last end that the gateway told. */
  seconds: number;
}

/** A sweep leaves a run alone that is as young as this; its clock is set ahead, so that nobody waits. */
const GRACE_MS = 61_000;

/** Has runs followed by one bundle, kills the host, starts another bundle on the same storage and sees them end. */
export async function deployWhileFollowed(options: DeployOptions): Promise<DeployReport> {
  const { runs, seconds, isVersioned, patienceMs, made } = options;
  const appDir = await mkdtemp(join(tmpdir(), 'gateway-deploy-'));
  try {
    if (made === undefined) await packageApp(appDir);
    else await cp(made.appDir, appDir, { recursive: true });
    await using stack = await startStack({ appDir, env: { 'AzureWebJobs.sweep-runs.Disabled': 'true' } });
    const gateway = new Gateway(stack);
    const ids = await Promise.all(
      Array.from({ length: runs }, (_, index) => {
        // Some fail for good, so that more than one outcome has to come through.
        const end = index % 5 === 0 ? { result_state: 'FAILED' } : {};
        return gateway.submit({ run_name: `deploy ${index}`, ...simulated(seconds, end) });
      }),
    );
    await Promise.all(ids.map((id) => gateway.until(id, ({ run_id: runId }) => runId !== null, patienceMs)));
    // A watcher that is killed as it begins is missed after a minute and a half: one reads the runs.
    await gateway.until(ids[0] ?? '', ({ started_at: startedAt }) => startedAt !== null, patienceMs);
    await stack.killHost();
    const followed = statesOf(stack, ids);
    if (followed['Running'] !== runs)
      throw new Error(`Not all were followed at the deploy: ${JSON.stringify(followed)}`);
    if (made === undefined) await bundleChanged(join(appDir, 'dist'));
    else await cp(made.changedDir, join(appDir, 'dist'), { recursive: true });
    if (isVersioned) await setVersion(appDir, NEXT_VERSION);
    const startedMs = Date.now();
    await stack.startHost({ [IS_VERSIONED_VARIABLE]: String(isVersioned) });
    // The sweep is this one, and not the timer's. Without a version each orchestration fails at its next step.
    if (!isVersioned) await untilEnded(stack, ids, patienceMs);
    const { context, orchestrations } = await openInProcessGateway(stack, { aheadMs: GRACE_MS });
    const { reattached } = await sweepRuns(context, orchestrations);
    const violations = await judge(gateway, ids, patienceMs);
    const told = Date.now();
    // What begins now begins under the other bundle.
    const fresh = (await gateway.result(await gateway.submit(simulated(0.1)), patienceMs)) as RunDocument;
    if (fresh.outcome !== 'succeeded') violations.push(`a run after the deploy: ${fresh.outcome}`);
    return {
      runs,
      violations,
      ended: statesOf(stack, ids),
      reattached,
      seconds: Math.round((told - startedMs) / 1_000),
    };
  } finally {
    await rm(appDir, { recursive: true, force: true });
  }
}

async function setVersion(appDir: string, version: string): Promise<void> {
  const file = join(appDir, 'host.json');
  const host = JSON.parse(await readFile(file, 'utf8')) as { extensions: { durableTask: Record<string, unknown> } };
  host.extensions.durableTask['defaultVersion'] = version;
  await writeFile(file, JSON.stringify(host));
}

/** Compares what the gateway says of each run with what the workspace knows. */
async function judge(gateway: Gateway, ids: readonly string[], patienceMs: number): Promise<string[]> {
  const violations: string[] = [];
  const documents = await Promise.all(ids.map((id) => gateway.result(id, patienceMs) as Promise<RunDocument>));
  const known = await knownRuns(gateway);
  for (const [index, document] of documents.entries()) {
    const own = known.filter(({ run_name: name }) => name === `deploy ${index}`);
    const [run] = own;
    if (own.length !== 1) violations.push(`deploy ${index}: ${own.length} runs at Databricks`);
    const expected = run?.result_state === 'SUCCESS' ? 'succeeded' : 'failed';
    if (document.outcome !== expected || document.run_id !== String(run?.run_id))
      violations.push(`deploy ${index}: ${JSON.stringify(document).slice(0, 300)} for ${JSON.stringify(run)}`);
  }
  const submits = Object.values(await gateway.operations('runs/submit')).reduce((sum, count) => sum + count, 0);
  if (known.length !== ids.length) violations.push(`${known.length} runs at Databricks for ${ids.length}`);
  if (submits > ids.length * 2) violations.push(`${submits} submits for ${ids.length} runs`);
  return violations;
}

async function untilEnded(stack: Stack, ids: readonly string[], patienceMs: number): Promise<void> {
  const untilMs = Date.now() + patienceMs;
  while (Object.keys(statesOf(stack, ids)).some((state) => state === 'Running' || state === 'Pending')) {
    if (Date.now() > untilMs) throw new Error(`Still there: ${JSON.stringify(statesOf(stack, ids))}`);
    await sleep(200);
  }
}

/** How many of the orchestrations are in each state, as the task hub has it. */
function statesOf(stack: Stack, ids: readonly string[]): Record<string, number> {
  using database = new DatabaseSync(join(stack.dataDir, 'hub.db'), { readOnly: true });
  const wanted = new Set(ids);
  const rows = database.prepare("SELECT id, status FROM instances WHERE name='track-run'").all();
  const states: Record<string, number> = {};
  for (const { id, status } of rows)
    if (wanted.has(String(id))) states[String(status)] = (states[String(status)] ?? 0) + 1;
  return states;
}
