import { hrefOf } from '../../app/href.ts';
import type { ViewProps } from '../../app/view-props.ts';
import type { OverviewDocument } from '../../api/overview-document.ts';
import { Ago } from '../../parts/elapsed.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { BriefRuns } from './brief-runs.tsx';
import { useOverview } from './overview.ts';
import { OutcomeChart } from './outcome-chart.tsx';
import { WorkspaceCards } from './workspace-cards.tsx';

const SPANS = [
  ['1', 'hour'],
  ['6', '6 hours'],
  ['24', 'day'],
  ['168', 'week'],
] as const;

/** How the gateway does as a whole: how much goes through, what waits, and what fails. */
export function OverviewView({ query }: ViewProps) {
  const hours = query.get('hours') ?? '24';
  const { document, problem } = useOverview(hours);
  useTitle('Overview');
  return (
    <>
      <header class="overview-title">
        <h1>Overview</h1>
        <nav class="spans" aria-label="How far back">
          {SPANS.map(([span, label]) => (
            <a
              key={span}
              href={hrefOf('/overview', { hours: span })}
              {...(span === hours ? { 'aria-current': 'true' } : {})}
            >
              {label}
            </a>
          ))}
        </nav>
      </header>
      {problem === undefined ? null : <ProblemNotice problem={problem} />}
      {document === undefined ? (
        problem === undefined ? (
          <p class="faint loading">Reading…</p>
        ) : null
      ) : (
        <Overview of={document} />
      )}
    </>
  );
}

function Overview({ of }: { of: OverviewDocument }) {
  const { outcome, status } = of.counts;
  const failed = (outcome.failed ?? 0) + (outcome.timed_out ?? 0) + (outcome.rejected ?? 0) + (outcome.lost ?? 0);
  const good = (outcome.succeeded ?? 0) + (outcome.succeeded_with_failures ?? 0);
  const ended = status.completed ?? 0;
  const waiting = of.workspaces.reduce((sum, each) => sum + each.waiting, 0);
  return (
    <>
      <dl class="figures">
        <Figure name="At work now" value={atWork(of)} />
        <Figure name="In the queue" value={waiting.toLocaleString()} />
        <Figure
          name="Succeeded"
          value={ended === 0 ? '—' : `${((100 * good) / ended).toFixed(good === ended ? 0 : 1)} %`}
        />
        <Figure name="Failed" value={failed.toLocaleString()} isBad={failed > 0} />
      </dl>
      <OutcomeChart of={of} />
      <WorkspaceCards of={of} />
      <div class="pair">
        <BriefRuns
          title="Longest at work"
          runs={of.longest}
          empty="Nothing is at work."
          note={of.at_work?.is_complete === false ? 'Of the newest thousand that are at work.' : undefined}
        />
        <Failing of={of} />
      </div>
      <p class="faint">
        Counted over {of.counted.is_complete ? 'all' : 'the newest'} {of.counted.runs.toLocaleString()} runs since{' '}
        <Ago at={of.counted.since} /> that you may see; never over more than 5,000.
      </p>
    </>
  );
}

function atWork({ at_work: work, counts: { status } }: OverviewDocument): string {
  if (work !== null) return `${work.count.toLocaleString()}${work.is_complete ? '' : '+'}`;
  const { completed: _, ...active } = status;
  return Object.values(active)
    .reduce((sum, count) => sum + count, 0)
    .toLocaleString();
}

function Figure({ name, value, isBad = false }: { name: string; value: string; isBad?: boolean }) {
  return (
    <div class="card figure">
      <dt>{name}</dt>
      <dd class={isBad ? 'state-bad' : ''}>{value}</dd>
    </div>
  );
}

function Failing({ of }: { of: OverviewDocument }) {
  return (
    <section class="card" aria-labelledby="failing-title">
      <h2 id="failing-title">Most failing</h2>
      {of.failing.length === 0 ? <p class="faint">Nothing has failed.</p> : null}
      <ul class="brief">
        {of.failing.map(({ work, failed, latest }) => (
          <li key={latest.id}>
            <span class="count state-bad">{failed}×</span>
            <a href={hrefOf(`/runs/${latest.id}`)}>{work}</a>
            <span class="faint">
              <Ago at={latest.created_at} />
            </span>
            {latest.message === null ? null : <p class="run-error">{latest.message}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
