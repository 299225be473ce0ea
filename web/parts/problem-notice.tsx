import type { Problem } from '../api/problem.ts';

/** What went wrong, and what can be done about it. */
export function ProblemNotice({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  return (
    <div class="notice notice-bad" role="alert">
      <p>
        <strong>{problem.title}</strong> <code>{problem.code}</code>
      </p>
      <p>{problem.detail}</p>
      {problem.errors.length === 0 ? null : (
        <ul>
          {problem.errors.map(({ path, message }) => (
            <li key={path}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      <p class="faint">
        {adviceOf(problem)}
        {problem.requestId === undefined ? null : ` Request ${problem.requestId}.`}
      </p>
      {onRetry === undefined ? null : (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

function adviceOf({ status, code }: Problem): string {
  if (code === 'POLICY_REFUSED') return 'The gateway’s policy decides this: whoever keeps it can allow it.';
  if (status === 429) return 'The gateway has as much to do as it may: try again in a while.';
  if (status === 404) return 'It may have been purged, or may not be yours to see.';
  if (status >= 500 || status === 0) return 'Runs that have been accepted go on; nothing is lost by waiting.';
  return '';
}
