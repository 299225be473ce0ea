import { hrefOf } from '../../app/href.ts';
import { isUnseen, noteAllSeen } from '../../app/seen-failures.ts';
import { useOverview } from '../overview/overview.ts';

/** The gateway names so many failures. */
const MAX_NAMED = 100;

/** Failures that nobody has looked at in this browser: they stay until somebody has. */
export function UnseenFailures() {
  const { document } = useOverview('24');
  const unseen = (document?.failures ?? []).filter(isUnseen);
  const [first] = unseen;
  if (first === undefined) return null;
  return (
    <div class="notice notice-quiet unseen-line" role="status">
      <span>
        <strong>
          {unseen.length}
          {unseen.length >= MAX_NAMED ? ' or more' : ''}
        </strong>{' '}
        {unseen.length === 1 ? 'failure' : 'failures'} not yet seen
      </span>
      {unseen.length === 1 ? (
        <a href={hrefOf(`/runs/${first.id}`)}>Look at it</a>
      ) : (
        <a href={hrefOf('/runs', { outcome: 'failed' })}>Show failed runs</a>
      )}
      <button type="button" class="quiet-button" onClick={noteAllSeen}>
        Mark all as seen
      </button>
    </div>
  );
}
