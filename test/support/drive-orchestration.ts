import type { EntityId, OrchestrationContext, Task } from 'durable-functions';
import { trackRun } from '../../src/shared/workflow/track-run.ts';
import type { RunEnd } from '../../src/shared/workflow/activities.ts';
import type { TrackState } from '../../src/shared/workflow/track-state.ts';
import { WORKFLOW_VERSIONS } from '../../src/shared/workflow/version.ts';
import { TIMER_STEP_MS } from '../../src/shared/domain/named-delay.ts';
import type { RunEvent } from '../../src/shared/workflow/interruptible-timer.ts';

interface DrivenTask extends Task {
  isCanceled: boolean;
  cancel(): void;
  describe: { kind: string; name: string; input: unknown };
}

/** Answers what the orchestration asks for, by name; `asked` is what it asked, in order. */
export interface World {
  /** Answers an activity or an entity operation; what it throws fails the activity. */
  answer(name: string, input: never, nowMs: number): unknown;
  /** Events that arrive while the orchestration sleeps until `untilMs`; null lets the timer fire. */
  event?(nowMs: number, untilMs: number): { atMs: number; wake: RunEvent } | null;
  /** When a timer fires that is to fire at `fireAtMs`. @default then */
  timer?(nowMs: number, fireAtMs: number): number;
}

/** As `World`, for steps that take their time. */
export interface AsyncWorld extends Omit<World, 'answer'> {
  answer(name: string, input: never, nowMs: number): Promise<unknown>;
}

export interface Driven {
  end: RunEnd | undefined;
  asked: { kind: string; name: string; input: unknown; atMs: number }[];
  generations: number;
  /** The most steps that any generation yielded; each adds a few history events. */
  longestGeneration: number;
  endedAtMs: number;
}

interface Question {
  name: string;
  input: never;
  nowMs: number;
}

type Answer = { value: unknown } | { error: unknown };

/** Steps the orchestration through its generations on a clock of its own; nothing sleeps. */
export function driveTrackRun(input: TrackState, world: World, startMs = 0): Driven {
  const drive = questions(input, world, startMs);
  let step = drive.next();
  while (step.done !== true) {
    const { name, input: asked, nowMs } = step.value;
    let answer: Answer;
    try {
      answer = { value: world.answer(name, asked, nowMs) };
    } catch (error) {
      answer = { error };
    }
    step = drive.next(answer);
  }
  return step.value;
}

/** As `driveTrackRun`, with the steps of the gateway itself. */
export async function driveTrackRunAsync(input: TrackState, world: AsyncWorld, startMs = 0): Promise<Driven> {
  const drive = questions(input, world, startMs);
  let step = drive.next();
  while (step.done !== true) {
    const { name, input: asked, nowMs } = step.value;
    step = drive.next(
      await world.answer(name, asked, nowMs).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      ),
    );
  }
  return step.value;
}

/** Yields what the orchestration asks for, signals included. */
function* questions(
  input: TrackState,
  world: Pick<World, 'event' | 'timer'>,
  startMs: number,
): Generator<Question, Driven, Answer> {
  const signals: Question[] = [];
  const driven: Driven = { end: undefined, asked: [], generations: 0, longestGeneration: 0, endedAtMs: 0 };
  let nowMs = startMs;
  let state: TrackState | undefined = input;
  while (state !== undefined) {
    driven.generations++;
    let next: TrackState | undefined;
    const task = (kind: string, name: string, taskInput: unknown): DrivenTask => ({
      isCompleted: false,
      isFaulted: false,
      isCanceled: false,
      result: undefined,
      cancel() {
        this.isCanceled = true;
      },
      describe: { kind, name, input: taskInput },
    });
    const df = {
      instanceId: 'instance',
      version: WORKFLOW_VERSIONS.at(-1),
      get currentUtcDateTime() {
        return new Date(nowMs);
      },
      getInput: () => structuredClone(state),
      continueAsNew: (value: TrackState) => {
        next = structuredClone(value);
      },
      callActivity: (name: string, value: unknown) => task('activity', name, value),
      callEntity: (_entity: EntityId, name: string, value: unknown) => task('entity', name, value),
      signalEntity: (_entity: EntityId, name: string, value: unknown) => {
        driven.asked.push({ kind: 'signal', name, input: value, atMs: nowMs });
        signals.push({ name, input: value as never, nowMs });
      },
      createTimer: (fireAt: Date) => task('timer', 'timer', fireAt.getTime()),
      waitForExternalEvent: (name: string) => task('event', name, undefined),
      Task: { any: (tasks: DrivenTask[]) => Object.assign(task('any', 'any', undefined), { tasks }) },
    };
    const generator = trackRun({ df } as unknown as OrchestrationContext, () => ({ name: 'admission' }) as EntityId);
    let yielded = 0;
    let step = generator.next();
    while (step.done !== true) {
      yielded++;
      const current = step.value as DrivenTask & { tasks?: DrivenTask[] };
      if (current.tasks === undefined) {
        driven.asked.push({ ...current.describe, atMs: nowMs });
        current.isCompleted = true;
        for (const signal of signals.splice(0)) yield signal;
        const answer: Answer = yield {
          name: current.describe.name,
          input: current.describe.input as never,
          nowMs,
        };
        if ('error' in answer) step = generator.throw(answer.error);
        else {
          current.result = structuredClone(answer.value);
          step = generator.next(current.result);
        }
      } else {
        const [timer, event] = current.tasks as [DrivenTask, DrivenTask];
        // As early as a timer may fire on Azure.
        const fireAtMs = Math.max(nowMs, (timer.describe.input as number) - TIMER_STEP_MS);
        const raised = world.event?.(nowMs, fireAtMs) ?? null;
        const winner = raised !== null && raised.atMs < fireAtMs ? event : timer;
        const firesAtMs = world.timer?.(nowMs, fireAtMs) ?? fireAtMs;
        nowMs = Math.max(nowMs, winner === event && raised !== null ? raised.atMs : firesAtMs);
        if (winner === event) event.result = raised?.wake;
        winner.isCompleted = true;
        step = generator.next(winner);
      }
      if (yielded > 10_000) throw new Error('The orchestration does not end.');
    }
    for (const signal of signals.splice(0)) yield signal;
    driven.longestGeneration = Math.max(driven.longestGeneration, yielded);
    if (next === undefined) driven.end = step.value;
    state = next;
  }
  driven.endedAtMs = nowMs;
  return driven;
}
