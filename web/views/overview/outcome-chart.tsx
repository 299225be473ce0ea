import type { OverviewDocument } from '../../api/overview-document.ts';
import { spanText, timeText } from '../../parts/duration.ts';

/** From the bottom of a bar to its top. */
const PARTS = [
  ['succeeded', 'Succeeded'],
  ['failed', 'Failed'],
  ['stopped', 'Canceled or skipped'],
  ['active', 'At work'],
] as const;

type Bucket = OverviewDocument['over_time']['buckets'][number];

const HEIGHT = 140;

/** How many runs were accepted when, by how they stand now. The same stands in a table, for those who do not see bars. */
export function OutcomeChart({ of: { over_time: time } }: { of: OverviewDocument }) {
  const most = Math.max(1, ...time.buckets.map(totalOf));
  const [first] = time.buckets;
  const last = time.buckets.at(-1);
  return (
    <section class="card" aria-labelledby="chart-title">
      <h2 id="chart-title">
        Runs accepted <span class="faint">each bar {spanText(time.seconds * 1_000)}</span>
      </h2>
      <div class="chart">
        <span class="chart-most faint">{most.toLocaleString()}</span>
        <svg
          class="chart-bars"
          role="img"
          aria-label={`Bars of ${time.buckets.length} spans, at most ${most} runs in one`}
          viewBox={`0 0 ${time.buckets.length * 10} ${HEIGHT}`}
          preserveAspectRatio="none"
        >
          {time.buckets.map((bucket, index) => (
            <Bar key={bucket.at} bucket={bucket} x={index * 10} most={most} />
          ))}
        </svg>
      </div>
      <div class="chart-axis faint">
        <span>{first === undefined ? '' : timeText(Date.parse(first.at))}</span>
        <span>{last === undefined ? '' : timeText(Date.parse(last.at))}</span>
      </div>
      <ul class="legend">
        {PARTS.map(([part, label]) => (
          <li key={part}>
            <svg class={`swatch part-${part}`} viewBox="0 0 10 10" aria-hidden="true">
              <rect width="10" height="10" rx="2" />
            </svg>
            {label} <strong>{time.buckets.reduce((sum, bucket) => sum + bucket[part], 0).toLocaleString()}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Bar({ bucket, x, most }: { bucket: Bucket; x: number; most: number }) {
  let top = HEIGHT;
  const title = `${timeText(Date.parse(bucket.at))}: ${PARTS.map(([part, label]) => `${bucket[part]} ${label.toLowerCase()}`).join(', ')}`;
  return (
    <g>
      <title>{title}</title>
      <rect class="bar-ground" x={x} width="10" y="0" height={HEIGHT} />
      {PARTS.map(([part]) => {
        const height = (bucket[part] / most) * HEIGHT;
        top -= height;
        return <rect key={part} class={`part-${part}`} x={x + 1} width="8" y={top} height={height} />;
      })}
    </g>
  );
}

function totalOf({ succeeded, failed, stopped, active }: Bucket): number {
  return succeeded + failed + stopped + active;
}
