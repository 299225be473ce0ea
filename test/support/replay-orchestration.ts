import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { OrchestrationContext } from 'durable-functions';
import { createRequire } from 'node:module';
import { trackRun } from '../../src/shared/workflow/track-run.ts';
import { trackSqlStatement } from '../../src/shared/workflow/track-sql-statement.ts';

/** One orchestration as a task hub remembers it, and what it asked for when it was recorded. */
export interface RecordedHistory {
  /** Which orchestration it is. */
  name: keyof typeof ORCHESTRATORS;
  instanceId: string;
  input: unknown;
  events: { EventType: number; [field: string]: unknown }[];
  actions: string[];
  output: unknown;
}

export interface Replayed {
  isDone: boolean;
  /** What it asked for since the start, in order: the kind, the name and the input of each. */
  actions: string[];
  output: unknown;
  error: string | undefined;
}

interface OrchestratorState {
  isDone: boolean;
  actions: Record<string, unknown>[][];
  output?: unknown;
  error?: string;
}

type Orchestrator = (context: OrchestrationContext) => Generator;

type Handler = (trigger: unknown, context: InvocationContext) => Promise<OrchestratorState>;

// The library keeps the part that a worker calls to itself; its own test utilities are not among its exports.
const require = createRequire(import.meta.url);
const { createOrchestrator, DummyOrchestrationContext } = require('durable-functions/lib/src/util/testingUtils.js') as {
  createOrchestrator: (orchestrator: Orchestrator) => Handler;
  DummyOrchestrationContext: new (name: string, invocationId: string, log: () => void) => InvocationContext;
};

const ORCHESTRATORS = {
  'track-run': (context) => trackRun(context, (workspace) => new df.EntityId('admission', workspace)),
  'track-sql-statement': trackSqlStatement,
} satisfies Record<string, Orchestrator>;

/** Runs an orchestrator over a history by the library itself, as a worker does for every episode. */
export async function replay(
  recorded: Pick<RecordedHistory, 'name' | 'instanceId' | 'input'>,
  events: RecordedHistory['events'],
  orchestrator: Orchestrator = ORCHESTRATORS[recorded.name],
): Promise<Replayed> {
  const trigger = {
    history: structuredClone(events).map((event) =>
      Object.assign(event, { Timestamp: new Date(String(event['Timestamp'])) }),
    ),
    input: structuredClone(recorded.input),
    instanceId: recorded.instanceId,
    isReplaying: true,
    parentInstanceId: null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 3,
    longRunningTimerIntervalDuration: '3.00:00:00',
    maximumShortTimerDuration: '6.00:00:00',
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  };
  const context = new DummyOrchestrationContext(recorded.name, 'replay', () => {});
  try {
    const state = await createOrchestrator(orchestrator)(trigger, context);
    const actions = state.actions.flat().map((action) => JSON.stringify(action));
    return { isDone: state.isDone, actions, output: state.output, error: state.error };
  } catch (error) {
    return { isDone: true, actions: [], output: undefined, error: String(error) };
  }
}
