import type { RunDocument } from '../../api/documents.ts';
import { may } from '../../app/session.ts';
import { Ago } from '../../parts/elapsed.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useRequest } from '../../parts/use-request.ts';

/** Who is notified of the run's end, and whether that has arrived. */
export function Deliveries({ run, onChanged }: { run: RunDocument; onChanged: () => void }) {
  const { isBusy, problem, submit } = useRequest();
  const { notifications } = run;
  if (notifications.length === 0) return null;
  const isMissing = notifications.some(({ status }) => status === 'failed' || status === 'abandoned');
  const redeliver = async (): Promise<void> => {
    if ((await submit(`runs/${run.id}/notifications`, { method: 'POST' })) !== undefined) onChanged();
  };
  return (
    <section class="card" aria-labelledby="deliveries-title">
      <h2 id="deliveries-title">Notifications</h2>
      {problem.value === undefined ? null : <ProblemNotice problem={problem.value} />}
      <ul class="deliveries">
        {notifications.map(({ channel, target, status, attempts, last_error: lastError, at }) => (
          <li key={`${channel}${target}`}>
            <span class={`state state-${TONES[status]}`}>{status}</span>
            <span>
              {channel} <code>{target}</code>
            </span>
            <span class="faint">
              {attempts} {attempts === 1 ? 'try' : 'tries'} {at === null ? null : <Ago at={at} />}
            </span>
            {lastError === null ? null : <p class="run-error">{lastError}</p>}
          </li>
        ))}
      </ul>
      {isMissing && may('runs:notify', run) ? (
        <button type="button" disabled={isBusy.value} onClick={() => void redeliver()}>
          Notify again
        </button>
      ) : null}
    </section>
  );
}

const TONES: Readonly<Record<RunDocument['notifications'][number]['status'], string>> = {
  pending: 'working',
  delivered: 'good',
  failed: 'bad',
  abandoned: 'bad',
};
