import { hrefOf } from '../../app/href.ts';
import { isUnseen } from '../../app/seen-failures.ts';
import type { RunDocument } from '../../api/documents.ts';
import { Ago, Elapsed } from '../../parts/elapsed.tsx';
import { FAILURES } from '../../parts/run-state.ts';
import { firstLine, nameOf } from '../../parts/run-text.ts';
import { StateMark } from '../../parts/state-mark.tsx';
import { Attempts } from './attempts.tsx';
import { filteredHref, type RunFilters } from './run-filters.ts';

const MAX_LABELS = 4;

/** A run in the list. */
export function RunRow({ run, filters }: { run: RunDocument; filters: RunFilters }) {
  const { id, created_at: createdAt, submitted_by: submitter } = run;
  const isNew = FAILURES.has(run.outcome ?? '') && createdAt !== null && isUnseen({ id, created_at: createdAt });
  const endedAt = run.status === 'completed' ? (run.completed_at ?? createdAt) : null;
  return (
    <li class={isNew ? 'run-row unseen' : 'run-row'}>
      <div class="run-state">
        <StateMark status={run.status} outcome={run.outcome} />
        {run.queue_position === null ? null : <span class="faint">no. {run.queue_position} in the queue</span>}
      </div>
      <div class="run-what">
        <a class="run-name" href={hrefOf(`/runs/${id}`)}>
          {nameOf(run)}
        </a>
        {isNew ? <span class="new-mark">not yet seen</span> : null}
        <Labels run={run} filters={filters} />
        <Attempts run={run} />
        <Trouble run={run} />
      </div>
      <div class="run-who">
        <a href={filteredHref(filters, { submitted_by: submitter.id })} title={submitter.id}>
          {submitter.name}
        </a>
        <span class="faint">
          {run.workspace} · {run.source}
        </span>
      </div>
      <div class="run-when">{createdAt === null ? null : <Ago at={createdAt} />}</div>
      <div class="run-takes right">{createdAt === null ? null : <Elapsed from={createdAt} to={endedAt} />}</div>
    </li>
  );
}

function Trouble({ run }: { run: RunDocument }) {
  if (run.unreachable_since !== null)
    return <p class="run-error">Databricks cannot be read: the state is what was last known.</p>;
  const message = firstLine(run.failure?.message ?? '') || (run.failure?.code ?? '');
  return message === '' ? null : <p class="run-error">{message}</p>;
}

function Labels({ run, filters }: { run: RunDocument; filters: RunFilters }) {
  const labels = Object.entries(run.labels);
  if (labels.length === 0) return null;
  return (
    <span class="labels">
      {labels.slice(0, MAX_LABELS).map(([key, value]) => (
        <a key={key} class="label" href={filteredHref(filters, { labels: [`${key}:${value}`] })}>
          {key}:{value}
        </a>
      ))}
      {labels.length > MAX_LABELS ? <span class="faint">and {labels.length - MAX_LABELS} more</span> : null}
    </span>
  );
}
