import type { EntityId, OrchestrationContext, Task } from 'durable-functions';
import { trackRun } from '../../src/shared/workflow/track-run.ts';
import type { RunEnd } from '../../src/shared/workflow/steps.ts';
import type { TrackState } from '../../src/shared/workflow/track-state.ts';
import { WORKFLOW_VERSIONS } from '../../src/shared/workflow/version.ts';
import { TIMER_EARLY_MS, type Wake } from '../../src/shared/workflow/wake.ts';

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
  event?(nowMs: number, untilMs: number): { atMs: number; wake: Wake } | null;
}

export interface Driven {
  end: RunEnd | undefined;
  asked: { kind: string; name: string; input: unknown; atMs: number }[];
  generations: number;
  /** The most steps that any generation yielded; each adds a few history events. */
  longestGeneration: number;
  endedAtMs: number;
}

/** Steps the orchestration through its generations on a clock of its own; nothing sleeps. */
export function driveTrackRun(input: TrackState, world: World, startMs = 0): Driven {
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
        world.answer(name, value as never, nowMs);
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
        let failed: { error: unknown } | undefined;
        try {
          current.result = structuredClone(world.answer(current.describe.name, current.describe.input as never, nowMs));
        } catch (error) {
          failed = { error };
        }
        step = failed === undefined ? generator.next(current.result) : generator.throw(failed.error);
      } else {
        const [timer, event] = current.tasks as [DrivenTask, DrivenTask];
        // As early as a timer may fire on Azure.
        const fireAtMs = Math.max(nowMs, (timer.describe.input as number) - TIMER_EARLY_MS);
        const raised = world.event?.(nowMs, fireAtMs) ?? null;
        const winner = raised !== null && raised.atMs < fireAtMs ? event : timer;
        nowMs = Math.max(nowMs, winner === event && raised !== null ? raised.atMs : fireAtMs);
        if (winner === event) event.result = raised?.wake;
        winner.isCompleted = true;
        step = generator.next(winner);
      }
      if (yielded > 10_000) throw new Error('The orchestration does not end.');
    }
    driven.longestGeneration = Math.max(driven.longestGeneration, yielded);
    if (next === undefined) driven.end = step.value;
    state = next;
  }
  driven.endedAtMs = nowMs;
  return driven;
}
