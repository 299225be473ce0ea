import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { chartPoints, numberOf } from './chart-points.ts';
import type { Query } from './query.ts';

const WIDTH = 1_000;
const HEIGHT = 200;
/** So few stand apart as bars; more are a line. */
const MAX_BARS = 60;

/** A column drawn over another, quickly: what the rows look like, not what they are. */
export function ResultChart({ query }: { query: Query }) {
  const names = Object.keys(query.rows.row(0) ?? {});
  const numeric = names.filter((name) => numberOf(query.rows.row(0)?.[name]) !== undefined);
  const value = useSignal(numeric.at(-1) ?? '');
  const label = useSignal(names.find((name) => name !== value.value) ?? value.value);
  const { points, every } = useMemo(
    () => chartPoints(query.rows, label.value, value.value),
    [query, query.count.value, label.value, value.value],
  );
  if (numeric.length === 0)
    return <p class="faint">No column of the first row is a number: there is nothing to draw.</p>;
  return (
    <figure class="result-chart">
      <figcaption class="fields">
        <Choice text="Draw" names={numeric} chosen={value} />
        <Choice text="over" names={names} chosen={label} />
        {every > 1 ? <span class="faint">one of every {every.toLocaleString()} rows</span> : null}
      </figcaption>
      <Drawing points={points} name={value.value} />
      <div class="chart-axis faint">
        <span>{points[0]?.label}</span>
        <span>{points.at(-1)?.label}</span>
      </div>
    </figure>
  );
}

function Choice({ text, names, chosen }: { text: string; names: readonly string[]; chosen: { value: string } }) {
  return (
    <label>
      {text}{' '}
      <select
        value={chosen.value}
        onChange={({ currentTarget }) => {
          chosen.value = currentTarget.value;
        }}
      >
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Drawing({ points, name }: { points: readonly { label: string; value: number }[]; name: string }) {
  const values = points.map(({ value }) => value);
  const least = Math.min(0, ...values);
  const most = Math.max(0, ...values);
  const yOf = (value: number) => HEIGHT - ((value - least) / (most - least || 1)) * HEIGHT;
  const step = WIDTH / Math.max(points.length, 1);
  return (
    <svg
      class="chart-bars"
      role="img"
      aria-label={`${name} of ${points.length} rows, from ${Math.min(...values)} to ${Math.max(...values)}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      {points.length > MAX_BARS ? (
        <polyline
          class="chart-line"
          points={points.map(({ value }, at) => `${(at + 0.5) * step},${yOf(value)}`).join(' ')}
        />
      ) : (
        points.map(({ label, value }, at) => (
          <rect
            key={at}
            class="part-active"
            x={at * step + step * 0.1}
            width={step * 0.8}
            y={Math.min(yOf(value), yOf(0))}
            height={Math.abs(yOf(0) - yOf(value))}
          >
            <title>{`${label}: ${value}`}</title>
          </rect>
        ))
      )}
    </svg>
  );
}
