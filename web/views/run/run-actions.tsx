import { useSignal } from '@preact/signals';
import type { RunDocument } from '../../api/documents.ts';
import { hrefOf } from '../../app/href.ts';
import { may, workspaces } from '../../app/session.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { CancelDialog } from './cancel-dialog.tsx';
import { RepairDialog } from './repair-dialog.tsx';
import { asCurl, readRequest } from './run-request.ts';

/** What can be done with a run, as far as its state and the policy allow it. */
export function RunActions({ run, onChanged }: { run: RunDocument; onChanged: () => void }) {
  const asking = useSignal<'cancel' | 'repair' | undefined>(undefined);
  const isActive = run.status !== 'completed';
  const isRepairable = !isActive && run.run_id !== null && run.outcome !== 'succeeded';
  const close = (): void => {
    asking.value = undefined;
  };
  const databricksUrl = safeUrl(run.run_page_url);
  return (
    <div class="actions">
      {databricksUrl === undefined ? null : (
        <a class="button" href={databricksUrl} target="_blank" rel="noopener noreferrer">
          Open in Databricks
        </a>
      )}
      {run.template === null && may('runs:read', run) ? (
        <CopyButton label="Copy as curl" text={async () => asCurl(await readRequest(run.id))} />
      ) : null}
      {run.template === null && may('runs:submit') ? (
        <a class="button" href={hrefOf('/new-run', { from: run.id })}>
          Run again with changes
        </a>
      ) : null}
      {isRepairable && may('runs:repair', run) ? (
        <button type="button" onClick={() => (asking.value = 'repair')}>
          Repair…
        </button>
      ) : null}
      {isActive && run.status !== 'canceling' && may('runs:cancel', run) ? (
        <button type="button" class="bad-button" onClick={() => (asking.value = 'cancel')}>
          Cancel…
        </button>
      ) : null}
      {asking.value === 'cancel' ? <CancelDialog run={run} onClose={close} onDone={onChanged} /> : null}
      {asking.value === 'repair' ? <RepairDialog run={run} onClose={close} onDone={onChanged} /> : null}
    </div>
  );
}

/** A link that Databricks gave, where it leads to a workspace of the gateway by https; nothing else becomes a link. */
function safeUrl(text: string | null): string | undefined {
  const url = text === null ? null : URL.parse(text);
  if (url === null || url.protocol !== 'https:' || url.username !== '') return undefined;
  return workspaces.value.some(({ host }) => URL.parse(host)?.host === url.host) ? url.href : undefined;
}
