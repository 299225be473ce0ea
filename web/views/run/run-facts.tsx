import type { ComponentChildren } from 'preact';
import type { RunDocument } from '../../api/documents.ts';
import { hrefOf } from '../../app/href.ts';
import { Clock } from '../../parts/elapsed.tsx';

/** Who asked for the run, what let it through, and when what happened. */
export function RunFacts({ run }: { run: RunDocument }) {
  const { submitted_by: submitter } = run;
  const labels = Object.entries(run.labels);
  return (
    <section class="card" aria-labelledby="facts-title">
      <h2 id="facts-title">Audit</h2>
      <dl class="facts">
        <Fact name="Submitted by">
          {submitter.name} <span class="faint">({submitter.kind})</span> <code>{submitter.id}</code>
        </Fact>
        <Fact name="Through">{SOURCES[run.source] ?? run.source}</Fact>
        <Fact name="Allowed by">{run.decision === null ? 'no policy was set' : `rule ${run.decision}`}</Fact>
        <Fact name="Workspace">{run.workspace}</Fact>
        <Fact name="Compute">{run.compute ?? 'not known yet'}</Fact>
        {run.template === null ? null : (
          <Fact name="Template">
            <a href={hrefOf(`/templates/${encodeURIComponent(run.template)}`)}>{run.template}</a>
          </Fact>
        )}
        <Fact name="Databricks run">{run.run_id === null ? 'none yet' : <code>{run.run_id}</code>}</Fact>
        {run.job_id === null ? null : (
          <Fact name="Job">
            <code>{run.job_id}</code>
          </Fact>
        )}
        {run.latest_repair_id === null ? null : (
          <Fact name="Latest repair">
            <code>{run.latest_repair_id}</code>
          </Fact>
        )}
        <Fact name="Accepted">
          <Clock at={run.created_at} />
        </Fact>
        <Fact name="Submitted">
          <Clock at={run.submitted_at} />
        </Fact>
        <Fact name="Started">
          <Clock at={run.started_at} />
        </Fact>
        <Fact name="Completed">
          <Clock at={run.completed_at} />
        </Fact>
        <Fact name="Deadline">
          <Clock at={run.deadline_at} />
        </Fact>
        {run.trace_id === null ? null : (
          <Fact name="Trace">
            <code>{run.trace_id}</code>
          </Fact>
        )}
        {run.correlation_id === null ? null : (
          <Fact name="Correlation">
            <code>{run.correlation_id}</code>
          </Fact>
        )}
        {labels.length === 0 ? null : (
          <Fact name="Labels">
            <span class="labels">
              {labels.map(([key, value]) => (
                <a key={key} class="label" href={hrefOf('/runs', { label: `${key}:${value}` })}>
                  {key}:{value}
                </a>
              ))}
            </span>
          </Fact>
        )}
      </dl>
    </section>
  );
}

const SOURCES: Readonly<Partial<Record<string, string>>> = {
  http: 'HTTP',
  queue: 'a queue message',
  event_grid: 'an event',
  mcp: 'the Model Context Protocol',
};

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
