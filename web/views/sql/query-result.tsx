import { signal, useSignal } from '@preact/signals';
import { RequestError, type Problem } from '../../api/problem.ts';
import { spanText } from '../../parts/duration.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { download, DOWNLOADS } from './download.ts';
import type { Query, QueryState } from './query.ts';
import { ResultChart } from './result-chart.tsx';
import { RowTable } from './row-table.tsx';

const STATES: Readonly<Record<QueryState, string>> = {
  running: 'running…',
  done: 'all rows',
  kept: 'the first rows: the page keeps no more, a download has all',
  canceled: 'stopped: these rows had come',
  failed: 'not whole: these rows had come',
};

// It outlives the query: who looks at charts looks at the next one too.
const isChart = signal(false);

/** The rows of a query, a chart of them, and their downloads. */
export function QueryResult({ query }: { query: Query }) {
  const problem = useSignal<Problem | undefined>(undefined);
  const count = query.count.value;
  const state = query.state.value;
  const { value: tookMs } = query.tookMs;
  const save = (format: (typeof DOWNLOADS)[number]): void => {
    problem.value = undefined;
    download(query.request, format).catch((error: unknown) => {
      if (!(error instanceof RequestError)) throw error;
      ({ problem: problem.value } = error);
    });
  };
  if (state === 'failed' && count === 0) return null;
  return (
    <section class="card" aria-label="Result">
      <div class="result-title">
        <p role="status">
          <strong>{count.toLocaleString()}</strong> {count === 1 ? 'row' : 'rows'}{' '}
          <span class="faint">
            {STATES[state]}
            {tookMs === undefined ? '' : ` · ${spanText(tookMs)}`}
          </span>
        </p>
        <div class="actions">
          <button
            type="button"
            aria-pressed={isChart.value}
            disabled={count === 0}
            onClick={() => {
              isChart.value = !isChart.value;
            }}
          >
            Chart
          </button>
          {DOWNLOADS.map((format) => (
            <button key={format.label} type="button" title="Runs the statement again" onClick={() => save(format)}>
              <span class="visually-hidden">Download </span>
              {format.label} ↓
            </button>
          ))}
        </div>
      </div>
      {problem.value === undefined ? null : <ProblemNotice problem={problem.value} />}
      {isChart.value && count > 0 ? <ResultChart query={query} /> : null}
      {count === 0 ? null : <RowTable query={query} />}
    </section>
  );
}
