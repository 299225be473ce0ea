import type { RunDocument } from '../../api/documents.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { nameOf } from '../../parts/run-text.ts';
import { useRequest } from '../../parts/use-request.ts';

interface RunDialogProps {
  run: RunDocument;
  onClose: () => void;
  onDone: () => void;
}

/** Asks whether a run is to be canceled. */
export function CancelDialog({ run, onClose, onDone }: RunDialogProps) {
  const { isBusy, problem, submit } = useRequest();
  const cancel = async (): Promise<void> => {
    if ((await submit(`runs/${run.id}`, { method: 'DELETE' })) === undefined) return;
    onClose();
    onDone();
  };
  return (
    <Dialog title="Cancel this run?" onClose={onClose}>
      <p>
        <strong>{nameOf(run)}</strong> of {run.submitted_by.name} stops where it is. What it has written stays; a run
        that succeeds before it stops has succeeded.
      </p>
      {problem.value === undefined ? null : <ProblemNotice problem={problem.value} />}
      <div class="dialog-buttons">
        <button type="button" onClick={onClose}>
          Let it run
        </button>
        <button type="button" class="bad-button" disabled={isBusy.value} onClick={() => void cancel()}>
          Cancel the run
        </button>
      </div>
    </Dialog>
  );
}
