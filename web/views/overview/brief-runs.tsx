import { hrefOf } from '../../app/href.ts';
import type { BriefRun } from '../../api/overview-document.ts';
import { Elapsed } from '../../parts/elapsed.tsx';
import { StateMark } from '../../parts/state-mark.tsx';

interface BriefRunsProps {
  title: string;
  runs: readonly BriefRun[];
  empty: string;
  note: string | undefined;
}

/** Runs, each in a line. */
export function BriefRuns({ title, runs, empty, note }: BriefRunsProps) {
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      {runs.length === 0 ? <p class="faint">{empty}</p> : null}
      <ul class="brief">
        {runs.map(({ id, run_name: name, status, outcome, created_at: createdAt }) => (
          <li key={id}>
            <StateMark status={status} outcome={outcome} />
            <a href={hrefOf(`/runs/${id}`)}>{name || `Run ${id.slice(0, 12)}`}</a>
            <span class="faint">
              <Elapsed from={createdAt} to={null} />
            </span>
          </li>
        ))}
      </ul>
      {note === undefined ? null : <p class="faint">{note}</p>}
    </section>
  );
}
