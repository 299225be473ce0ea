import type { TaskResult } from '../../api/documents.ts';
import { CopyButton } from '../../parts/copy-button.tsx';

const MAX_CHARS = 100_000;
const MAX_ITERATIONS = 20;

/** What a task has left: its error first, then what it returned, then its logs. All of it is shown as text. */
export function TaskOutput({ result }: { result: TaskResult }) {
  const { error, error_trace: trace, logs, notebook_output: notebook, output_error: missing, iterations = [] } = result;
  const others = [result.sql_output, result.dbt_output, result.run_job_output].filter((each) => each != null);
  const isEmpty = !error && !trace && !logs && !notebook?.result && missing === undefined && others.length === 0;
  return (
    <div class="output">
      {missing === undefined ? null : (
        <p class="notice notice-quiet">
          The output cannot be had: <code>{missing.code}</code> {missing.message}
        </p>
      )}
      {error ? <Block title="Error" text={error} isBad /> : null}
      {trace ? <Block title="Trace" text={trace} /> : null}
      {notebook?.result ? (
        <Block
          title={notebook.truncated === true ? 'Output, cut by Databricks' : 'Output'}
          text={indented(notebook.result)}
        />
      ) : null}
      {others.map((other, index) => (
        <Block key={index} title="Output" text={JSON.stringify(other, null, 2)} />
      ))}
      {logs ? <Block title={result.logs_truncated === true ? 'Logs, cut by Databricks' : 'Logs'} text={logs} /> : null}
      {iterations.slice(0, MAX_ITERATIONS).map((iteration) => (
        <details key={iteration.run_id}>
          <summary>
            Iteration {iteration.task_key}: {iteration.outcome ?? iteration.status}
          </summary>
          <TaskOutput result={iteration} />
        </details>
      ))}
      {iterations.length > MAX_ITERATIONS ? (
        <p class="faint">{iterations.length - MAX_ITERATIONS} more iterations are in the result.</p>
      ) : null}
      {isEmpty && iterations.length === 0 ? <p class="faint">It left no output.</p> : null}
    </div>
  );
}

/** A text, scrolled by itself where it is long. */
function Block({ title, text, isBad = false }: { title: string; text: string; isBad?: boolean }) {
  const isCut = text.length > MAX_CHARS;
  return (
    <figure class={isBad ? 'block block-bad' : 'block'}>
      <figcaption>
        {title} <CopyButton label="Copy" text={() => text} />
      </figcaption>
      <pre tabIndex={0} aria-label={title}>
        {isCut ? text.slice(0, MAX_CHARS) : text}
      </pre>
      {isCut ? <p class="faint">The first {MAX_CHARS.toLocaleString()} characters; copy it to have all.</p> : null}
    </figure>
  );
}

/** JSON with line breaks; digits that JavaScript cannot hold are left as they came. */
function indented(text: string): string {
  if (!/^\s*[[{]/.test(text) || /\d{16}/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
