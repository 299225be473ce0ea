/** States of an orchestration, as the HTTP API names them. */
export type RuntimeStatus =
  | 'Pending'
  | 'Running'
  | 'Completed'
  | 'ContinuedAsNew'
  | 'Failed'
  | 'Canceled'
  | 'Terminated'
  | 'Suspended';

/** A row of `instances`. `input`, `output` and `custom` are JSON text; times are epoch milliseconds; `execution` is the generation's id. */
export interface Instance {
  id: string;
  name: string;
  version: string | null;
  execution: string;
  status: RuntimeStatus;
  input: string | null;
  output: string | null;
  custom: string | null;
  created: number;
  updated: number;
  parent: string | null;
  parentTask: number | null;
  parentExecution: string | null;
  suspended: number;
}

const ENDED: ReadonlySet<string> = new Set(['Completed', 'Failed', 'Terminated', 'Canceled']);

/** Whether an orchestration of this status is over. */
export function isEnded(status: string): boolean {
  return ENDED.has(status);
}
