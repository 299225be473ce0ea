import { expect, it } from 'vitest';
import type { AppContext } from '../../src/shared/context.ts';
import { createContext } from '../../src/shared/create-context.ts';
import { createJobsClient } from '../../src/shared/databricks/jobs.ts';
import { allWaiting, emptyAdmission, type AdmissionLimits } from '../../src/shared/domain/admission.ts';
import type { RunRecord } from '../../src/shared/domain/run-record.ts';
import { applyAdmission } from '../../src/shared/admission/admission-operations.ts';
import { beginAttempt } from '../../src/shared/runs/steps/begin-attempt.ts';
import { cancelRun } from '../../src/shared/runs/steps/cancel-run.ts';
import { completeRun } from '../../src/shared/runs/steps/complete-run.ts';
import { followRun } from '../../src/shared/runs/watch/follow-run.ts';
import { recordHeartbeat } from '../../src/shared/runs/steps/record-heartbeat.ts';
import { JobSizes } from '../../src/shared/databricks/job-sizes.ts';
import { notifyEnd } from '../../src/shared/runs/steps/notify-end.ts';
import { queueRun } from '../../src/shared/runs/steps/queue-run.ts';
import { requestRepair } from '../../src/shared/runs/accept/request-repair.ts';
import { sizeRun } from '../../src/shared/runs/submit/size-run.ts';
import { startTracking } from '../../src/shared/runs/accept/start-tracking.ts';
import { submitRun } from '../../src/shared/runs/submit/submit-run.ts';
import type { TrackState } from '../../src/shared/workflow/track-state.ts';
import type { RunEvent } from '../../src/shared/workflow/interruptible-timer.ts';
import { driveTrackRunAsync, type Driven } from '../support/drive-orchestration.ts';
import { MemoryOrchestrations } from '../support/memory-orchestrations.ts';
import { openMemoryStorage } from '../support/memory-storage.ts';
import { ProcessEndedError, SimulatedDatabricks, type Fate, type Result } from '../support/simulated-databricks.ts';
import { sampleRun } from '../unit/ledger/sample-run.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const START = Date.UTC(2026, 5, 1);
/** `LIVES=10000 SEED=1` looks for what is rarer. */
const LIVES = Number(process.env['LIVES'] ?? 100);
const FIRST_SEED = Number(process.env['SEED'] ?? 1);
const LIMITS: AdmissionLimits = {
  maxConcurrentTasks: 100,
  creationsPerWindow: 9_500,
  windowMs: 3_600_000,
  perSecond: { submit: 30, run_now: 17, repair: 4 },
};

const own = (code: string, message = 'no') => JSON.stringify({ error_code: code, message });
const FULL =
  'There were already 9 jobs created in past 60 seconds, exceeding rate limit: 9 job creations per 60 seconds.';
const FATES: readonly Fate[] = [
  'dropped',
  'lost',
  'lost',
  'slow',
  'killed before',
  'killed after',
  { status: 429, body: '', retryAfter: '7' },
  { status: 429, body: '' },
  { status: 400, body: own('INVALID_STATE', FULL) },
  { status: 400, body: own('COULD_NOT_ACQUIRE_LOCK') },
  { status: 409, body: own('ABORTED') },
  { status: 500, body: own('INTERNAL_ERROR') },
  { status: 503, body: '', retryAfter: '3' },
  { status: 503, body: '' },
  { status: 404, body: '<html><h1>Not Found</h1></html>' },
  { status: 403, body: '<html><h1>Forbidden</h1></html>' },
];
const RESULTS: readonly Result[] = ['SUCCESS', 'SUCCESS', 'INTERNAL_ERROR', 'INTERNAL_ERROR', 'RUN_EXECUTION_ERROR'];

/** Numbers in [0, 1) that a seed decides (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const unwatched = Object.assign(new MemoryOrchestrations(), { hasWatcher: false });

/** `diesSubmitting`: the orchestration dies at its first submit, which is carried out later, while others fill the gate. */
type Trouble = { trouble?: number; twins?: number; diesSubmitting?: boolean };

/** One run from its acceptance to its end, with whatever its seed brings over it. */
class Life {
  readonly clock = { nowMs: START };
  readonly random: () => number;
  readonly storage = openMemoryStorage(() => this.clock.nowMs);
  readonly orchestrations = new MemoryOrchestrations();
  readonly gate = emptyAdmission();
  readonly notified: number[] = [];
  readonly faults: string[] = [];
  readonly databricks: SimulatedDatabricks;
  readonly context: AppContext;
  readonly troubleUntilMs: number;
  readonly trouble: number;
  readonly twins: number;
  readonly #events: { atMs: number; wake: RunEvent }[] = [];
  #late: { atMs: number; name: string; input: never }[] = [];
  #cancelAtMs = Infinity;
  #killed = 0;
  /** After how many answers the orchestration dies; a sweep puts another in its place. */
  #diesAfter = Infinity;
  #die: () => void = () => undefined;
  hasDied = false;
  readonly #diesSubmitting: boolean;
  #othersLeaveAtMs = Infinity;

  /** `trouble`: how likely a request fails. `twins`: how likely two hosts take the same step at the same time. */
  constructor(seed: number, { trouble, twins, diesSubmitting = false }: Trouble = {}) {
    this.#diesSubmitting = diesSubmitting;
    this.random = randomOf(seed);
    const { clock, random } = this;
    this.troubleUntilMs = START + random() * 4 * MINUTE;
    this.trouble = trouble ?? random() * 0.8;
    this.twins = twins ?? 0.1;
    this.databricks = new SimulatedDatabricks({
      clock,
      random,
      tasks: 1 + Math.floor(random() * 4),
      result: () => pick(RESULTS, random),
      fate: () => (this.inTrouble(this.trouble) ? pick(FATES, random) : 'answered'),
    });
    this.context = this.#openContext();
  }

  get wasKilled(): boolean {
    return this.#killed > 0;
  }

  inTrouble(chance: number): boolean {
    return this.clock.nowMs < this.troubleUntilMs && this.random() < chance;
  }

  #openContext(): AppContext {
    const env = {
      DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
      DATABRICKS_TOKEN: 'planted',
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    };
    const context = createContext(env, { now: () => this.clock.nowMs, sink: () => undefined, storage: this.storage });
    const workspace = context.workspace('default');
    const jobs = createJobsClient(this.databricks);
    const simulated = { ...workspace, jobs, jobSizes: new JobSizes(jobs, context.now) };
    const send = async (document: { attempt: number }) => {
      if (this.inTrouble(0.3)) throw new Error('The queue is down.');
      this.notified.push(document.attempt);
    };
    return {
      ...context,
      workspace: () => simulated,
      channels: new Map([['queue', { isOwnService: true, receiver: () => 'queue', send }]]),
    };
  }

  async accept(): Promise<TrackState> {
    const { context, random } = this;
    const record = sampleRun({ createdAtMs: START, observedAtMs: START });
    const deadlineMs = random() < 0.3 ? random() * 5 * MINUTE : null;
    record.deadlineAtMs = deadlineMs === null ? null : START + deadlineMs;
    record.request = {
      ...record.request,
      target: random() < 0.4 ? { kind: 'run_now', job: { id: '7' } } : { kind: 'submit' },
      taskCount: 1 + Math.floor(random() * 3),
      deadlineMs,
      retry: { maxAttempts: 1 + Math.floor(random() * 3), backoffMs: random() * 30 * SECOND, on: ['platform'] },
      notify:
        random() < 0.5
          ? {
              on: ['succeeded', 'failed', 'canceled', 'timed_out', 'rejected'],
              channels: [{ name: 'queue', target: '' }],
            }
          : null,
    };
    await context.ledger.create(record, { bodyHash: 'hash', body: '{}' });
    const orchestrations = new MemoryOrchestrations();
    if (random() < 0.4) await this.#failAndRepair(record, orchestrations);
    else await startTracking(orchestrations, record);
    if (random() < (this.#diesSubmitting ? 0.8 : 0.35)) this.#planCancel();
    this.#planWakes();
    if (random() < 0.2) this.#diesAfter = Math.floor(random() * 20);
    return orchestrations.started[0]!.state;
  }

  /** The run has failed at Databricks, where others may have repaired it too, and is to be repaired. */
  async #failAndRepair(record: RunRecord, orchestrations: MemoryOrchestrations): Promise<void> {
    const { context } = this;
    const failed = { id: 'first', startedAtMs: START - 5 * MINUTE, endsAtMs: START - MINUTE };
    this.databricks.add('55', { ...failed, result: 'INTERNAL_ERROR' });
    const { etag } = (await context.ledger.get(record))!;
    const tasks = [
      { task_key: 'task0', run_id: '55100', status: 'completed', outcome: 'failed', attempt_number: 0 } as const,
    ];
    const times = { submittedAtMs: failed.startedAtMs, completedAtMs: failed.endsAtMs };
    const at = { status: 'completed', outcome: 'failed', sentAttempt: 1, runId: '55', tasks: [...tasks] } as const;
    await context.ledger.close({ ...record, ...at, ...times, tasks: [...tasks] }, etag, START);
    const stored = (await context.ledger.get(record))!;
    await requestRepair(context, orchestrations, stored, { text: '{"rerun_tasks":["task0"]}', rerunTasks: ['task0'] });
  }

  #planCancel(): void {
    const { random } = this;
    this.#cancelAtMs = START + random() * 3 * MINUTE;
    // The event may get lost; a sweep wakes the run again.
    if (random() < 0.7) this.#events.push({ atMs: this.#cancelAtMs, wake: { reason: 'cancel' } });
    for (let sweep = 1; sweep < 200; sweep++)
      this.#events.push({ atMs: this.#cancelAtMs + (2 + 5 * sweep) * MINUTE, wake: { reason: 'cancel' } });
  }

  /** Databricks tells of the run, truly or not, and sweeps ask for it. */
  #planWakes(): void {
    for (let wakes = Math.floor(this.random() * 6); wakes > 0; wakes--) {
      const reason = pick(['ended', 'poll', 'ping'] as const, this.random);
      this.#events.push({ atMs: START + this.random() * 6 * MINUTE, wake: { reason } });
    }
    // Of a run whose end nobody has told, a sweep finds it out.
    for (let sweep = 1; sweep < 200; sweep++)
      this.#events.push({ atMs: START + 5 * sweep * MINUTE, wake: { reason: 'poll' } });
    this.#events.sort((one, other) => one.atMs - other.atMs);
  }

  async run(state: TrackState): Promise<Driven> {
    let driven = await this.#drive(state);
    if (driven === undefined) {
      const orchestrations = new MemoryOrchestrations();
      await this.#takeLate();
      await startTracking(orchestrations, await this.row());
      this.#diesAfter = Infinity;
      driven = (await this.#drive(orchestrations.started[0]!.state))!;
    }
    this.clock.nowMs += SECOND;
    for (const { name, input } of this.#late)
      if (name in this.#steps) await this.#once(name, input).catch(() => undefined);
    this.databricks.arrive(true);
    return driven;
  }

  /** Undefined where the orchestration dies on the way. */
  async #drive(state: TrackState): Promise<Driven | undefined> {
    const death = new Promise<undefined>((resolve) => {
      this.#die = () => resolve(undefined);
    });
    const driven = driveTrackRunAsync(
      state,
      {
        answer: (name, input, atMs) => this.#answer(name, input, atMs),
        timer: (_nowMs, fireAtMs) => Math.max(fireAtMs, this.clock.nowMs),
        event: (nowMs, untilMs) => {
          const [next] = this.#events;
          if (next === undefined || next.atMs >= untilMs) return null;
          this.#events.shift();
          return { ...next, atMs: Math.max(next.atMs, nowMs) };
        },
      },
      Math.ceil(this.clock.nowMs),
    );
    return Promise.race([driven, death]);
  }

  async #answer(name: string, input: never, atMs: number): Promise<unknown> {
    const { clock, random } = this;
    clock.nowMs = Math.max(clock.nowMs, atMs);
    if (clock.nowMs >= this.#cancelAtMs) await this.#cancel();
    const due = this.#late.filter((late) => late.atMs <= clock.nowMs);
    this.#late = this.#late.filter((late) => !due.includes(late));
    for (const late of due)
      if (late.name in this.#steps) await this.#once(late.name, late.input).catch(() => undefined);
    const { status } = await this.row();
    if (clock.nowMs >= this.#othersLeaveAtMs) this.#letOthersLeave();
    const diesNow = this.#diesSubmitting ? name === 'submit-run' && !this.hasDied : this.#diesAfter-- <= 0;
    if (diesNow && status !== 'completed') {
      this.hasDied = true;
      if (this.#diesSubmitting) this.#letOthersCome();
      // Its last step has run before the other's first, or runs in the middle of the other's, or never does.
      const last = random();
      if (last < 0.6) this.#late.push({ atMs: clock.nowMs + (last < 0.3 ? 0 : random() * MINUTE), name, input });
      this.#die();
      return new Promise(() => undefined);
    }
    if (name === 'ask' && status !== 'queued' && !this.hasDied) this.faults.push(`${status} while it asks for a place`);
    if (!(name in this.#steps)) return applyAdmission(this.gate, LIMITS, name, input, clock.nowMs);
    if (this.inTrouble(0.15)) this.#late.push({ atMs: clock.nowMs + random() * 2 * MINUTE, name, input });
    if (!this.inTrouble(this.twins)) return this.#untilDone(name, input);
    // The host believed the first to be gone; whose answer counts is chance.
    const both = await Promise.allSettled([this.#untilDone(name, input), this.#untilDone(name, input)]);
    const taken = both[random() < 0.5 ? 0 : 1];
    if (taken.status === 'rejected') throw taken.reason;
    return taken.value;
  }

  #letOthersCome(): void {
    this.gate.active += LIMITS.maxConcurrentTasks;
    this.#othersLeaveAtMs = this.clock.nowMs + this.random() * 3 * MINUTE;
  }

  #letOthersLeave(): void {
    this.gate.active = Math.max(0, this.gate.active - LIMITS.maxConcurrentTasks);
    this.#othersLeaveAtMs = Infinity;
  }

  /** Steps that are repeated late, whose answers nobody reads. */
  async #takeLate(): Promise<void> {
    const due = this.#late.filter((late) => late.atMs <= this.clock.nowMs);
    this.#late = this.#late.filter((late) => !due.includes(late));
    for (const { name, input } of due) if (name in this.#steps) await this.#once(name, input).catch(() => undefined);
  }

  async #cancel(): Promise<void> {
    this.#cancelAtMs = Infinity;
    const stored = await this.context.ledger.get(this.#key);
    if (stored?.record.status !== 'completed') await this.context.ledger.requestCancel(this.#key, this.clock.nowMs);
  }

  /** An activity whose process ends is taken up by another one. */
  async #untilDone(name: string, input: never): Promise<unknown> {
    for (;;) {
      if (this.inTrouble(0.1)) this.storage.writesLeft = Math.floor(this.random() * 3);
      const [result] = await Promise.allSettled([this.#once(name, input)]);
      const isKilled = this.storage.writesLeft <= 0;
      this.storage.writesLeft = Infinity;
      if (!isKilled && result.status === 'fulfilled') return result.value;
      if (!isKilled && !(result.status === 'rejected' && result.reason instanceof ProcessEndedError))
        throw result.status === 'rejected' ? result.reason : new Error('killed');
      this.#killed++;
      this.clock.nowMs += this.random() * MINUTE;
    }
  }

  #once(name: string, input: never): Promise<unknown> {
    return this.#steps[name]!(this.context, input, this.orchestrations);
  }

  readonly #steps: Record<
    string,
    (context: AppContext, input: never, orchestrations: MemoryOrchestrations) => Promise<unknown>
  > = {
    'queue-run': queueRun,
    'size-run': sizeRun,
    'submit-run': (context, input) => submitRun(context, input, unwatched),
    'follow-run': followRun,
    'cancel-run': cancelRun,
    'complete-run': completeRun,
    'record-heartbeat': recordHeartbeat,
    'begin-attempt': beginAttempt,
    'notify-end': notifyEnd,
  };

  get #key() {
    const { id } = sampleRun();
    return { id, createdAtMs: START };
  }

  async row(): Promise<RunRecord> {
    return (await this.context.ledger.get(this.#key))!.record;
  }
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)]!;
}

/** What is wrong at the end of a life; nothing where all promises were kept. */
async function faultsOf(seed: number, trouble?: Trouble): Promise<string[]> {
  const life = new Life(seed, trouble);
  const state = await life.accept();
  let driven: Driven;
  try {
    driven = await life.run(state);
  } catch (error) {
    return [`failed: ${(error as Error).stack}`];
  }
  const row = await life.row();
  const runs = [...life.databricks.runs.values()];
  const works = runs.flatMap((run) => run.works).filter(({ id }) => id !== 'first');
  const faults = [...life.faults];
  const check = (isKept: boolean, fault: string) => {
    if (!isKept) faults.push(fault);
  };
  const { outcome } = row;
  check(driven.end !== undefined && row.status === 'completed' && outcome === driven.end.outcome, `ends ${outcome}`);
  const attempts = row.attempt - (row.attemptsBefore ?? 0);
  check(works.length <= attempts, `${works.length} runs or repairs for ${attempts} attempts`);
  const spans = works.toSorted((one, other) => one.startedAtMs - other.startedAtMs);
  check(
    spans.every(({ startedAtMs }, index) => index === 0 || startedAtMs >= spans[index - 1]!.endsAtMs),
    'two at work at once',
  );
  check(
    runs.every((run) => !life.databricks.isActive(run) || run.cancelRequested),
    `${outcome} while one goes on`,
  );
  if (outcome === 'succeeded') check(works.at(-1)?.result === 'SUCCESS', 'succeeded without success');
  if (outcome === 'failed') check(works.at(-1)?.result !== 'SUCCESS', 'failed with success');
  check(outcome !== 'rejected' && outcome !== 'lost', `${outcome}: ${row.failure?.message}`);
  const counted = life.gate.slices.reduce((sum, [, count]) => sum + count, 0);
  // What the dead one held is found by a sweep.
  if (!life.hasDied) {
    check(life.gate.active === 0, `${life.gate.active} places held`);
    check(allWaiting(life.gate) === 0, `${allWaiting(life.gate)} tickets held`);
    check(counted <= attempts, `${counted} creations counted of ${attempts} attempts`);
  }
  check(counted >= works.length, `${counted} creations counted of ${works.length}`);
  const last = works.at(-1);
  if (last !== undefined && row.submittedAtMs !== null)
    check((row.completedAtMs ?? 0) >= last.startedAtMs, 'completed at the end of an earlier attempt');
  const estimate = await life.context.durations.estimate('default', 'work');
  if (estimate !== undefined && last !== undefined) {
    const tookMs = last.endsAtMs - last.startedAtMs;
    const isLearned = estimate.meanMs > (row.repair === null ? tookMs - 5 * SECOND : 0);
    check(isLearned, `learned ${estimate.meanMs} ms of ${tookMs} ms`);
  }
  if (row.request.notify !== null) {
    check(life.notified.includes(row.attempt), 'nobody notified');
    check(life.wasKilled || life.notified.length <= 2, `notified ${life.notified.length} times`);
  }
  return faults.map((fault) => `seed ${seed}: ${fault}`);
}

async function faultsOfMany(trouble?: Trouble): Promise<string[]> {
  const faults: string[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + LIVES; seed++) faults.push(...(await faultsOf(seed, trouble)));
  return faults;
}

it(
  'loses no run, doubles none and gives every place back, whatever fails, repeats itself or is stopped on the way',
  { timeout: 60_000 + LIVES * 30 },
  async () => {
    expect(await faultsOfMany()).toEqual([]);
  },
);

it(
  'makes one run or repair of an attempt whose every step two hosts take at the same time',
  { timeout: 60_000 + LIVES * 30 },
  async () => {
    expect(await faultsOfMany({ trouble: 0.1, twins: 1 })).toEqual([]);
  },
);

it(
  'lets no run go on whose submit was carried out by an orchestration that is dead, while another waits to end it',
  { timeout: 60_000 + LIVES * 30 },
  async () => {
    expect(await faultsOfMany({ trouble: 0.1, diesSubmitting: true })).toEqual([]);
  },
);
