import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RunDocument } from '../../api/documents.ts';
import { RequestError } from '../../api/problem.ts';
import { hrefOf } from '../../app/href.ts';
import { goTo } from '../../app/location.ts';
import type { ViewProps } from '../../app/view-props.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { readRequest } from '../run/run-request.ts';
import { useRequest } from '../../parts/use-request.ts';
import { Decision, type DecisionDocument } from './decision.tsx';

const EXAMPLE = {
  run_name: 'from the monitor page',
  existing_cluster_id: '',
  notebook_task: { notebook_path: '/Shared/', base_parameters: {} },
};

/** Writes a run and submits it; `from` names a run whose request is taken to begin with. */
export function NewRunView({ query }: ViewProps) {
  const from = query.get('from');
  const path = useSignal('runs');
  const text = useSignal(from === null ? JSON.stringify(EXAMPLE, null, 2) : '');
  const decision = useSignal<DecisionDocument | undefined>(undefined);
  const { isBusy, problem, submit } = useRequest();
  useTitle(from === null ? 'New run' : 'Run again');
  useEffect(() => {
    if (from === null) return;
    readRequest(from).then(
      (request) => {
        path.value = request.path;
        text.value = request.body;
      },
      (error: unknown) => {
        if (error instanceof RequestError) ({ problem: problem.value } = error);
      },
    );
  }, [from]);
  const check = async (): Promise<void> => {
    decision.value = undefined;
    const response = await submit(`${path.value}?validate_only=true`, { method: 'POST', text: text.value });
    if (response !== undefined) decision.value = (await response.json()) as DecisionDocument;
  };
  const run = async (): Promise<void> => {
    const response = await submit(path.value, { method: 'POST', text: text.value });
    if (response !== undefined) goTo(hrefOf(`/runs/${((await response.json()) as RunDocument).id}`));
  };
  return (
    <section class="card new-run">
      <h1>{from === null ? 'New run' : 'Run again with changes'}</h1>
      <p class="faint">
        The body of <code>POST /api/{path.value}</code>: what Databricks takes, and <code>gateway</code> for deadline,
        retries, notifications and labels.
      </p>
      <label for="body">Body, as JSON</label>
      <textarea
        id="body"
        rows={18}
        spellcheck={false}
        value={text.value}
        aria-describedby="body-problem"
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value;
        }}
      />
      <p id="body-problem" class="run-error" aria-live="polite">
        {jsonProblem(text.value)}
      </p>
      {problem.value === undefined ? null : <ProblemNotice problem={problem.value} />}
      {decision.value === undefined ? null : <Decision decision={decision.value} />}
      <div class="dialog-buttons">
        <button type="button" disabled={isBusy.value} onClick={() => void check()}>
          Check without running
        </button>
        <button type="button" class="main-button" disabled={isBusy.value} onClick={() => void run()}>
          Submit
        </button>
      </div>
    </section>
  );
}

/** What is wrong with a text as JSON; nothing where it is right, or empty. */
function jsonProblem(text: string): string {
  if (text.trim() === '') return '';
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
