import { useSignal } from '@preact/signals';
import type { RunDocument } from '../../api/documents.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { StateMark } from '../../parts/state-mark.tsx';
import { useRequest } from '../../parts/use-request.ts';

interface RunDialogProps {
  run: RunDocument;
  onClose: () => void;
  onDone: () => void;
}

/** Asks which tasks of a run are to run again; those that did not succeed are chosen already. */
export function RepairDialog({ run, onClose, onDone }: RunDialogProps) {
  const { isBusy, problem, submit } = useRequest();
  const unsuccessful = run.tasks.filter(({ outcome }) => outcome !== 'succeeded').map(({ task_key: key }) => key);
  const chosen = useSignal<readonly string[]>(unsuccessful);
  const repair = async (): Promise<void> => {
    const isDefault =
      chosen.value.length === unsuccessful.length && unsuccessful.every((key) => chosen.value.includes(key));
    const body = isDefault ? { rerun_all_failed_tasks: true } : { rerun_tasks: chosen.value };
    if ((await submit(`runs/${run.id}/repair`, { method: 'POST', body })) === undefined) return;
    onClose();
    onDone();
  };
  const toggle = (key: string): void => {
    chosen.value = chosen.value.includes(key) ? chosen.value.filter((each) => each !== key) : [...chosen.value, key];
  };
  return (
    <Dialog title="Repair this run" onClose={onClose}>
      <p>The tasks that you choose run again, in the same Databricks run. What succeeded keeps its output.</p>
      <fieldset class="choices">
        <legend class="visually-hidden">Tasks to run again</legend>
        {run.tasks.map(({ task_key: key, status, outcome }) => (
          <label key={key}>
            <input type="checkbox" checked={chosen.value.includes(key)} onChange={() => toggle(key)} />
            <span class="task-key">{key}</span>
            <StateMark status={status} outcome={outcome} />
          </label>
        ))}
      </fieldset>
      {problem.value === undefined ? null : <ProblemNotice problem={problem.value} />}
      <div class="dialog-buttons">
        <button type="button" onClick={onClose}>
          Leave it
        </button>
        <button
          type="button"
          class="main-button"
          disabled={isBusy.value || chosen.value.length === 0}
          onClick={() => void repair()}
        >
          Run {chosen.value.length} {chosen.value.length === 1 ? 'task' : 'tasks'} again
        </button>
      </div>
    </Dialog>
  );
}
