import { useEffect, useMemo } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { RunDocument, TaskResult } from '../../api/documents.ts';
import { Elapsed } from '../../parts/elapsed.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { FAILURES } from '../../parts/run-state.ts';
import { StateMark } from '../../parts/state-mark.tsx';
import { openResult, type KnownResult } from './run-result.ts';
import { TaskOutput } from './task-output.tsx';

/** So many tasks are shown at once; a run may have a thousand. */
const SHOWN_TASKS = 50;

/** The tasks of a run, each with its output, error and logs behind it. */
export function TaskList({ run }: { run: RunDocument }) {
  const { known, read } = useMemo(() => openResult(run.id), [run.id, run.attempt, run.completed_at]);
  const shown = useSignal(SHOWN_TASKS);
  const isCompleted = run.status === 'completed';
  // What has failed is what one comes for.
  useEffect(() => {
    if (isCompleted && run.tasks.length > 0 && run.tasks.length <= SHOWN_TASKS) void read();
  }, [isCompleted, run.attempt, run.completed_at]);
  if (run.tasks.length === 0) return null;
  const tasks = run.tasks.slice(0, shown.value);
  return (
    <section class="card" aria-labelledby="tasks-title">
      <h2 id="tasks-title">
        {run.tasks.length === 1 ? 'Task' : 'Tasks'} <span class="count">{run.tasks.length}</span>
      </h2>
      <ResultNotice known={known.value} runId={run.id} onRead={() => void read()} isCompleted={isCompleted} />
      <ul class="tasks">
        {tasks.map((task) => (
          <TaskItem
            key={task.task_key}
            task={task}
            result={resultOf(known.value, task.task_key)}
            isOnly={run.tasks.length === 1}
          />
        ))}
      </ul>
      {run.tasks.length > shown.value ? (
        <button type="button" onClick={() => (shown.value += SHOWN_TASKS)}>
          Show {Math.min(SHOWN_TASKS, run.tasks.length - shown.value)} more of {run.tasks.length - shown.value}
        </button>
      ) : null}
    </section>
  );
}

function resultOf(known: KnownResult, key: string): TaskResult | undefined {
  return known.state === 'read' ? known.result.tasks.find((task) => task.task_key === key) : undefined;
}

interface ResultNoticeProps {
  known: KnownResult;
  runId: string;
  isCompleted: boolean;
  onRead: () => void;
}

function ResultNotice({ known, runId, isCompleted, onRead }: ResultNoticeProps) {
  if (!isCompleted || known.state === 'read') return null;
  if (known.state === 'failed') return <ProblemNotice problem={known.problem} onRetry={onRead} />;
  if (known.state === 'reading') return <p class="faint">Reading the outputs…</p>;
  if (known.state === 'too-large')
    return (
      <p class="notice notice-quiet">
        The outputs are too large to be shown here: read them at <code>/api/runs/{runId}/result</code>.
      </p>
    );
  return (
    <button type="button" onClick={onRead}>
      Read the outputs
    </button>
  );
}

interface TaskItemProps {
  task: RunDocument['tasks'][number];
  result: TaskResult | undefined;
  isOnly: boolean;
}

function TaskItem({ task, result, isOnly }: TaskItemProps) {
  const isOpen = isOnly || FAILURES.has(task.outcome ?? '');
  return (
    <li>
      <details open={isOpen}>
        <summary>
          <StateMark status={task.status} outcome={task.outcome} />
          <span class="task-key">{task.task_key}</span>
          {task.attempt_number > 0 ? <span class="faint">retried {task.attempt_number}×</span> : null}
          {task.started_at == null ? null : (
            <span class="faint right">
              <Elapsed
                from={task.started_at}
                to={task.status === 'completed' ? (task.ended_at ?? task.started_at) : null}
              />
            </span>
          )}
        </summary>
        <p class="faint">
          Databricks task run <code>{task.run_id}</code>
        </p>
        {result === undefined ? null : <TaskOutput result={result} />}
      </details>
    </li>
  );
}
