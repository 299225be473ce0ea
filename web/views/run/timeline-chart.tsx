import type { RunDocument } from '../../api/documents.ts';
import { now } from '../../app/clock.ts';
import { durationText, timeOfDayText, timeText } from '../../parts/duration.ts';
import { runSpans, taskSpans, timeScale, type Span, type TimeScale } from './timeline.ts';

const MAX_TASK_BARS = 60;

/** A run's life as bars on one line of time, and below it its tasks. */
export function TimelineChart({ run }: { run: RunDocument }) {
  const nowMs = run.status === 'completed' ? Date.parse(run.completed_at ?? run.created_at ?? '') : now.value;
  const spans = runSpans(run, nowMs);
  const bars = taskSpans(run, nowMs).filter(({ spans: own }) => own.length > 0);
  const deadlineMs = run.deadline_at === null || run.status === 'completed' ? undefined : Date.parse(run.deadline_at);
  const all = [...spans, ...bars.flatMap(({ spans: own }) => own)];
  const [first] = spans;
  if (first === undefined) return null;
  const edges = all.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  const ends = [Math.min(...all.map(({ fromMs }) => fromMs)), Math.max(...all.map(({ toMs }) => toMs))];
  const scale = timeScale([...edges, ...(deadlineMs === undefined ? [] : [deadlineMs])]);
  return (
    <section class="card" aria-labelledby="timeline-title">
      <h2 id="timeline-title">Timeline</h2>
      <div class="timeline">
        <Row label="Run" spans={spans} scale={scale} deadlineMs={deadlineMs} />
        {bars.length < 2 && spans.length > 2
          ? null
          : bars
              .slice(0, MAX_TASK_BARS)
              .map(({ key, spans: own }) => (
                <Row key={key} label={key} spans={own} scale={scale} deadlineMs={deadlineMs} />
              ))}
        {bars.length > MAX_TASK_BARS ? (
          <p class="faint">The bars of {bars.length - MAX_TASK_BARS} more tasks are left out.</p>
        ) : null}
        <Axis fromMs={ends[0] ?? 0} toMs={deadlineMs ?? ends[1] ?? 0} isToDeadline={deadlineMs !== undefined} />
      </div>
      <ul class="legend">
        {spans.map(({ kind, label, fromMs, toMs, isOpen }) => (
          <li key={kind}>
            <svg class={`swatch span-${kind}`} viewBox="0 0 10 10" aria-hidden="true">
              <rect width="10" height="10" rx="2" />
            </svg>
            {label} <strong class="elapsed">{durationText(toMs - fromMs)}</strong>
            {isOpen ? <span class="faint"> so far</span> : null}
          </li>
        ))}
        {scale.breaks.length === 0 ? null : <li class="faint">{'//'} drawn shorter than it was</li>}
      </ul>
    </section>
  );
}

interface RowProps {
  label: string;
  spans: Span[];
  scale: TimeScale;
  deadlineMs: number | undefined;
}

function Row({ label, spans, scale, deadlineMs }: RowProps) {
  const text = spans.map((span) => `${span.label} ${durationText(span.toMs - span.fromMs)}`).join(', ');
  return (
    <div class="timeline-row">
      <span class="timeline-label" title={label}>
        {label}
      </span>
      <svg class="timeline-bars" role="img" aria-label={`${label}: ${text}`}>
        {spans.map((span) => (
          <Bar key={`${span.kind}${span.fromMs}`} span={span} scale={scale} />
        ))}
        {scale.breaks.map(({ fromMs, toMs }) => (
          <text key={fromMs} class="break-mark" x={percent((scale.at(fromMs) + scale.at(toMs)) / 2)} y="15">
            {'//'}
          </text>
        ))}
        {deadlineMs === undefined ? null : (
          <line class="deadline" x1={percent(scale.at(deadlineMs))} x2={percent(scale.at(deadlineMs))} y1="0" y2="20" />
        )}
      </svg>
    </div>
  );
}

function Bar({ span: { kind, label, fromMs, toMs, isOpen }, scale }: { span: Span; scale: TimeScale }) {
  const from = scale.at(fromMs);
  return (
    <rect
      class={`span-${kind}${isOpen ? ' span-open' : ''}`}
      x={percent(from)}
      width={percent(Math.max(scale.at(toMs) - from, 0.002))}
      y="3"
      height="14"
      rx="2"
    >
      <title>{`${label}: ${durationText(toMs - fromMs)}, from ${timeText(fromMs)}`}</title>
    </rect>
  );
}

function Axis({ fromMs, toMs, isToDeadline }: { fromMs: number; toMs: number; isToDeadline: boolean }) {
  return (
    <div class="timeline-axis faint">
      <span>{timeOfDayText(fromMs)}</span>
      <span>
        {isToDeadline ? 'deadline ' : ''}
        {timeOfDayText(toMs)}
      </span>
    </div>
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
