import type { Config } from '../config/config.ts';
import type { AdmissionCalls } from '../domain/admission-calls.ts';
import {
  abandon,
  ask,
  close,
  issueTicket,
  moveCreation,
  recount,
  release,
  resize,
  type AdmissionLimits,
  type AdmissionState,
} from '../domain/admission.ts';
import { ticketOf } from '../domain/next-in-queue.ts';

/**
 * Databricks takes 35 submits, 20 run-nows and 5 repairs a second of a workspace; other clients of it want some.
 * @see {@link https://learn.microsoft.com/azure/databricks/resources/limits}
 */
const PER_SECOND = { submit: 30, run_now: 17, repair: 4 };

/** The limits of a workspace, as configured. */
export function admissionLimits(config: Config, workspace: string): AdmissionLimits {
  const found = config.workspaces.find(({ name }) => name === workspace) ?? config.workspaces[0];
  return {
    maxConcurrentTasks: found.limits.maxConcurrentRuns,
    creationsPerWindow: found.limits.creations,
    windowMs: found.limits.creationsWindowSeconds * 1_000,
    perSecond: PER_SECOND,
  };
}

type Input<Name extends keyof AdmissionCalls> = AdmissionCalls[Name]['input'];

/** Applies one operation of the `admission` entity to its state. An unknown one changes nothing: entities never throw. */
export function applyAdmission(
  state: AdmissionState,
  limits: AdmissionLimits,
  operation: string,
  input: unknown,
  nowMs: number,
): unknown {
  switch (operation) {
    case 'ask': {
      const { ticket, ...asked } = input as Input<'ask'>;
      const known = ticket ?? ticketOf(state, asked.run);
      const isNew = asked.run.attempt === 1;
      const own = known ?? issueTicket(state, asked.caller, { nowMs, isNew });
      return ask(state, limits, { ...asked, ticket: own, nowMs });
    }
    case 'throttled': {
      const { untilMs, ...slot } = input as Input<'throttled'>;
      close(state, untilMs, slot.kind);
      return moveCreation(state, limits, { ...slot, nowMs });
    }
    case 'reschedule':
      return moveCreation(state, limits, { ...(input as Input<'reschedule'>), nowMs });
    case 'resize':
      return resize(state, input as Input<'resize'>);
    case 'release':
      return release(state, limits, { ...(input as Input<'release'>), nowMs });
    case 'abandon':
      return abandon(state, limits, { ...(input as Input<'abandon'>), nowMs });
    case 'recount':
      return recount(state, input as Input<'recount'>);
    default:
      return { error: 'UNKNOWN_OPERATION' };
  }
}
