import type { OverviewDocument } from '../../api/overview-document.ts';
import { spanText, timeOfDayText } from '../../parts/duration.ts';
import { Shape } from '../../parts/state-mark.tsx';

type Load = OverviewDocument['workspaces'][number];

/** How full each workspace is, against what it may take, and whether it can be reached. */
export function WorkspaceCards({ of }: { of: OverviewDocument }) {
  return (
    <section class="workspaces" aria-label="Workspaces">
      {of.workspaces.map((load) => (
        <WorkspaceCard key={load.name} load={load} />
      ))}
    </section>
  );
}

function WorkspaceCard({ load }: { load: Load }) {
  return (
    <article class="card">
      <h2 class="workspace-title">
        {load.name} <Health load={load} />
      </h2>
      <Meter name="Places taken" value={load.active_tasks} most={load.max_concurrent_tasks} />
      <Meter
        name={`Created within ${spanText(load.window_seconds * 1_000)}`}
        value={load.creations}
        most={load.max_creations}
      />
      <p>
        <strong>{load.waiting.toLocaleString()}</strong> in the queue
      </p>
    </article>
  );
}

function Health({ load: { health, closed_until: closedUntil } }: { load: Load }) {
  if (health !== 'ok')
    return (
      <span class="state state-bad">
        <Shape shape="cross" />
        {health}
      </span>
    );
  if (closedUntil !== null)
    return (
      <span class="state state-warning">
        <Shape shape="clock" />
        Databricks takes none until {timeOfDayText(Date.parse(closedUntil))}
      </span>
    );
  return (
    <span class="state state-good">
      <Shape shape="check" />
      reachable
    </span>
  );
}

function Meter({ name, value, most }: { name: string; value: number; most: number }) {
  const share = Math.min(1, most === 0 ? 0 : value / most);
  const tone = share >= 0.9 ? 'meter-full' : share >= 0.7 ? 'meter-high' : '';
  return (
    <div class="meter">
      <span>{name}</span>
      <span class="faint">
        <strong>{value.toLocaleString()}</strong> of {most.toLocaleString()}
      </span>
      <svg class={tone} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="meter-ground" width="100" height="4" />
        <rect class="meter-value" width={share * 100} height="4" />
      </svg>
    </div>
  );
}
