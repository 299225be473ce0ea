import { useEffect, useMemo } from 'preact/hooks';
import type { RunDocument } from '../../api/documents.ts';
import { hrefOf } from '../../app/href.ts';
import { noteSeen } from '../../app/seen-failures.ts';
import type { ViewProps } from '../../app/view-props.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Elapsed } from '../../parts/elapsed.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { FAILURES } from '../../parts/run-state.ts';
import { nameOf } from '../../parts/run-text.ts';
import { StateMark } from '../../parts/state-mark.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { Attempts } from '../runs/attempts.tsx';
import { Deliveries } from './deliveries.tsx';
import { RunActions } from './run-actions.tsx';
import { RunFacts } from './run-facts.tsx';
import { TaskList } from './task-list.tsx';
import { TimelineChart } from './timeline-chart.tsx';
import { watchRun } from './watched-run.ts';

/** One run: where it stands, what became of it, and what can be done. */
export function RunView({ rest: id }: ViewProps) {
  const { known, read, close } = useMemo(() => watchRun(id), [id]);
  useEffect(() => {
    read();
    return close;
  }, [id]);
  const { run, problem } = known.value;
  useTitle(run === undefined ? 'Run' : nameOf(run));
  useEffect(() => {
    if (run !== undefined && FAILURES.has(run.outcome ?? '')) noteSeen(run.id);
  }, [run?.id, run?.outcome]);
  return (
    <>
      <nav class="back" aria-label="Back">
        <a href={hrefOf('/runs')}>← Runs</a>
      </nav>
      {problem === undefined ? null : <ProblemNotice problem={problem} onRetry={read} />}
      {run === undefined ? (
        problem === undefined ? (
          <p class="faint loading">Reading the run…</p>
        ) : null
      ) : (
        <Run run={run} onChanged={read} />
      )}
    </>
  );
}

function Run({ run, onChanged }: { run: RunDocument; onChanged: () => void }) {
  return (
    <article>
      <header class="run-title">
        <div>
          <h1>{nameOf(run)}</h1>
          <p class="run-subtitle">
            <StateMark status={run.status} outcome={run.outcome} />
            {run.created_at === null ? null : (
              <span class="faint">
                <Elapsed
                  from={run.created_at}
                  to={run.status === 'completed' ? (run.completed_at ?? run.created_at) : null}
                />
                {run.status === 'completed' ? ' in all' : ' so far'}
              </span>
            )}
            <code class="faint run-id">{run.id}</code>
            <CopyButton label="Copy id" text={() => run.id} />
            <Attempts run={run} />
          </p>
        </div>
        <RunActions run={run} onChanged={onChanged} />
      </header>
      <Standing run={run} />
      <TimelineChart run={run} />
      <TaskList run={run} />
      <Deliveries run={run} onChanged={onChanged} />
      <RunFacts run={run} />
    </article>
  );
}

/** What somebody who comes to the run has to know first: why it failed, or what it waits for. */
function Standing({ run }: { run: RunDocument }) {
  if (run.failure !== undefined)
    return (
      <section class="notice notice-bad" aria-label="Failure">
        <p>
          <strong>{CLASS_TEXTS[run.failure.class] ?? run.failure.class}</strong> <code>{run.failure.code}</code>
          {run.failure.retryable ? <span class="faint"> may pass when it is tried again</span> : null}
        </p>
        <pre class="failure-text">{run.failure.message}</pre>
      </section>
    );
  if (run.unreachable_since !== null)
    return (
      <p class="notice notice-quiet">
        Databricks cannot be read: what is shown is what was last known. The gateway goes on trying.
      </p>
    );
  if (run.queue_position !== null)
    return (
      <p class="notice notice-quiet">
        It is number {run.queue_position} in the queue of workspace {run.workspace}, and goes when there is room.
      </p>
    );
  return run.state_message === '' ? null : <p class="notice notice-quiet">{run.state_message}</p>;
}

const CLASS_TEXTS: Readonly<Partial<Record<string, string>>> = {
  user_code: 'The code failed',
  configuration: 'The request cannot work as it is',
  capacity: 'There was no room',
  platform: 'The platform failed',
  timeout: 'It took too long',
  canceled: 'It was canceled',
  permission: 'Something was not allowed',
};
