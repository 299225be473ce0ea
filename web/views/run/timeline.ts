import type { RunDocument } from '../../api/documents.ts';

/** A part of a run's life. `isOpen`: it has not ended, and reaches to now. */
export interface Span {
  kind: 'queue' | 'start' | 'work' | 'notify';
  label: string;
  fromMs: number;
  toMs: number;
  isOpen: boolean;
}

/** The bar of a task. */
export interface TaskSpan {
  key: string;
  spans: Span[];
}

/** Where times stand on a line of which long waits take no more than their share. */
export interface TimeScale {
  /** Of the line's width, from 0 to 1. */
  at: (ms: number) => number;
  /** The spans of time that are drawn shorter than they are. */
  breaks: { fromMs: number; toMs: number }[];
}

const LABELS: Readonly<Record<Span['kind'], string>> = {
  queue: 'In the queue',
  start: 'Start-up',
  work: 'Execution',
  notify: 'Notification',
};

/** The parts of a run's latest attempt, as far as its document has their times. */
export function runSpans(run: RunDocument, nowMs: number): Span[] {
  const accepted = time(run.created_at);
  if (accepted === undefined) return [];
  const ended = run.status === 'completed' ? (time(run.completed_at) ?? nowMs) : undefined;
  const submitted = time(run.submitted_at);
  const working = startOfWork(run);
  const spans: Span[] = [];
  const add = (kind: Span['kind'], fromMs: number, toMs: number | undefined): void => {
    const until = Math.max(toMs ?? nowMs, fromMs);
    spans.push({ kind, label: LABELS[kind], fromMs, toMs: until, isOpen: toMs === undefined });
  };
  add('queue', accepted, submitted ?? ended);
  if (submitted !== undefined) add('start', submitted, working ?? ended);
  if (working !== undefined) add('work', working, ended);
  const notified = ended === undefined ? undefined : lastDelivery(run, ended);
  if (ended !== undefined && notified !== undefined) add('notify', ended, notified.atMs);
  return spans;
}

/** The bars of tasks that have begun. */
export function taskSpans(run: RunDocument, nowMs: number): TaskSpan[] {
  return run.tasks.map((task) => {
    const from = time(task.started_at ?? null);
    if (from === undefined) return { key: task.task_key, spans: [] };
    const ended = time(task.ended_at ?? null);
    const isOpen = ended === undefined && task.status !== 'completed';
    const toMs = Math.max(ended ?? nowMs, from);
    const workFrom = Math.min(from + (task.setup_seconds ?? 0) * 1_000, toMs);
    const work: Span = { kind: 'work', label: LABELS.work, fromMs: workFrom, toMs, isOpen };
    const start: Span = { kind: 'start', label: LABELS.start, fromMs: from, toMs: workFrom, isOpen: false };
    return { key: task.task_key, spans: workFrom > from ? [start, work] : [work] };
  });
}

/** A stretch that would take more than this of the line takes just the other share. */
const MAX_SHARE = 0.8;
const SHORTENED_SHARE = 0.6;

/** The line from the first time to the last; one stretch without beginnings and ends does not hide all others. */
export function timeScale(timesMs: readonly number[]): TimeScale {
  const edges = [...new Set(timesMs)].toSorted((one, other) => one - other);
  const [first = 0] = edges;
  const lengths = edges.slice(1).map((edge, index) => edge - (edges[index] ?? edge));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const longest = Math.max(...lengths, 0);
  const others = total - longest;
  const isBroken = others > 0 && longest > MAX_SHARE * total;
  const drawnOf = (length: number): number =>
    isBroken && length === longest ? (others * SHORTENED_SHARE) / (1 - SHORTENED_SHARE) : length;
  const drawnTotal = lengths.reduce((sum, length) => sum + drawnOf(length), 0);
  const breaks = isBroken
    ? lengths.flatMap((length, index) =>
        length === longest ? [{ fromMs: edges[index] ?? first, toMs: edges[index + 1] ?? first }] : [],
      )
    : [];
  return {
    breaks,
    at(ms) {
      if (drawnTotal <= 0) return 0;
      let drawn = 0;
      for (const [index, length] of lengths.entries()) {
        const from = edges[index] ?? first;
        if (ms <= from) break;
        drawn += drawnOf(length) * Math.min(1, (ms - from) / length);
      }
      return drawn / drawnTotal;
    },
  };
}

/** When the first task began its work; else when Databricks began the run. */
function startOfWork(run: RunDocument): number | undefined {
  const starts = run.tasks.flatMap((task) => {
    const from = time(task.started_at ?? null);
    const isWorking = task.status === 'running' || task.status === 'completed';
    return from === undefined || !isWorking ? [] : [from + (task.setup_seconds ?? 0) * 1_000];
  });
  if (starts.length > 0) return Math.min(...starts);
  return run.status === 'running' || run.status === 'completed' ? time(run.started_at) : undefined;
}

/** When the last notification arrived, or was tried; undefined where there was none. */
function lastDelivery(run: RunDocument, endedMs: number): { atMs: number | undefined } | undefined {
  const { notifications } = run;
  if (notifications.length === 0) return undefined;
  if (notifications.some(({ status }) => status === 'pending')) return { atMs: undefined };
  const times = notifications.flatMap(({ at }) => time(at) ?? []);
  return times.length === 0 ? undefined : { atMs: Math.max(...times, endedMs) };
}

function time(text: string | null): number | undefined {
  if (text === null) return undefined;
  const ms = Date.parse(text);
  return Number.isFinite(ms) ? ms : undefined;
}
