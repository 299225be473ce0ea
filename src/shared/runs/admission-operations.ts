import type { Config } from '../config/config.ts';
import type { AdmissionCalls } from '../domain/admission-calls.ts';
import {
  abandon,
  ask,
  askForCreation,
  close,
  issueTicket,
  recount,
  release,
  type AdmissionLimits,
  type AdmissionState,
} from '../domain/admission.ts';

/** Databricks takes 35 submits a second of a workspace; other clients of it want some. */
const SUBMITS_PER_SECOND = 30;

/** The limits of a workspace, as configured. */
export function admissionLimits(config: Config, workspace: string): AdmissionLimits {
  const found = config.workspaces.find(({ name }) => name === workspace) ?? config.workspaces[0];
  return {
    maxConcurrentTasks: found.limits.maxConcurrentRuns,
    creationsPerWindow: found.limits.creations,
    windowMs: found.limits.creationsWindowSeconds * 1_000,
    submitsPerSecond: SUBMITS_PER_SECOND,
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
      const { ticket, tasks } = input as Input<'ask'>;
      return ask(state, limits, { ticket: ticket ?? issueTicket(state), tasks, nowMs });
    }
    case 'throttled':
      close(state, (input as Input<'throttled'>).untilMs);
      return askForCreation(state, limits, { nowMs });
    case 'reschedule':
      return askForCreation(state, limits, { ...(input as Input<'reschedule'>), nowMs });
    case 'release':
      return release(state, limits, (input as Input<'release'>).tasks);
    case 'abandon':
      return abandon(state, (input as Input<'abandon'>).ticket);
    case 'recount':
      return recount(state, input as Input<'recount'>);
    default:
      return { error: 'UNKNOWN_OPERATION' };
  }
}
