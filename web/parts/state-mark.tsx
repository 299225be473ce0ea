import type { Outcome, RunStatus } from '../api/documents.ts';
import { runState, type RunState } from './run-state.ts';

/** The shapes, drawn in a square of 16. */
const SHAPES: Readonly<Record<RunState['shape'], string>> = {
  dots: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  ring: 'M8 2.5a5.5 5.5 0 1 1-5.5 5.5',
  check: 'm3.5 8.5 3 3 6-7',
  'check-half': 'm3.5 8.5 3 3 6-7M3 14h10',
  cross: 'm4 4 8 8M12 4l-8 8',
  clock: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11M8 5v3.2l2.2 1.6',
  square: 'M4.5 4.5h7v7h-7z',
  skip: 'm4 4 4 4-4 4m5-8v8',
  barred: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11M4.2 4.2l7.6 7.6',
  question: 'M6 6a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6 1V9.500M8 12h.01',
};

/** The state of a run or a task: shape, word and colour. */
export function StateMark({ status, outcome }: { status: RunStatus; outcome: Outcome | null }) {
  const { label, tone, shape } = runState(status, outcome);
  return (
    <span class={`state state-${tone}`}>
      <Shape shape={shape} />
      {label}
    </span>
  );
}

/** The shape alone, for where the word stands beside it. */
export function Shape({ shape }: { shape: RunState['shape'] }) {
  return (
    <svg class={`shape shape-${shape}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={SHAPES[shape]} />
    </svg>
  );
}
