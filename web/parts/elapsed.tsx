import { now } from '../app/clock.ts';
import { agoText, durationText, timeText } from './duration.ts';

/** How long something takes, or has taken: without an end it ticks. */
export function Elapsed({ from, to }: { from: string; to: string | null }) {
  const endMs = to === null ? now.value : Date.parse(to);
  return <span class="elapsed">{durationText(endMs - Date.parse(from))}</span>;
}

/** How long ago something was; the exact time shows on pointing at it. */
export function Ago({ at }: { at: string }) {
  const atMs = Date.parse(at);
  return (
    <time dateTime={at} title={timeText(atMs)}>
      {agoText(atMs, now.value)}
    </time>
  );
}

/** A time, exactly. */
export function Clock({ at }: { at: string | null }) {
  return at === null ? <span class="faint">—</span> : <time dateTime={at}>{timeText(Date.parse(at))}</time>;
}
