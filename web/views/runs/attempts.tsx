import type { RunDocument } from '../../api/documents.ts';

/** The attempts of a run: nothing for one that needed no second, else folded until somebody asks. */
export function Attempts({ run }: { run: RunDocument }) {
  const { attempt, max_attempts: most, earlier_run_ids: earlier, run_id: latest } = run;
  if (attempt <= 1) return null;
  return (
    <details class="attempts">
      <summary>
        attempt {attempt} of {Math.max(most, attempt)}
      </summary>
      <ol>
        {earlier.map((id) => (
          <li key={id}>
            ended: Databricks run <code>{id}</code>
          </li>
        ))}
        <li>latest: {latest === null ? 'not submitted yet' : <code>{latest}</code>}</li>
      </ol>
    </details>
  );
}
