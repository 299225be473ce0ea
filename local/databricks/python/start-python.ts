import { MAX_OUTPUT_BYTES } from '../tasks/truncate.ts';
import { replyTo } from './host/host-calls.ts';
import type { PythonContext, PythonStart } from './host/python-context.ts';
import { redacted } from './redaction.ts';
import { parseNotebookSource } from './source-format.ts';

/** Runs a notebook or a file with what its context offers; the returned function ends it and all that it holds. */
export function startPython(context: PythonContext, start: PythonStart): () => void {
  const { clock, python } = context.resources;
  const { source } = start;
  const isNested = context.depth > 0;
  const release = () => void context[Symbol.asyncDispose]();
  const stopJob = python.run({
    isNested,
    request: {
      kind: source.kind,
      name: source.path,
      cells: source.kind === 'notebook' ? parseNotebookSource(source.text) : [source.text],
      parameters: source.parameters,
      arguments: source.arguments,
      taskValues: start.taskValues,
      maxLogCharacters: MAX_OUTPUT_BYTES,
      timeScale: clock.scale,
    },
    onStarted: () => start.onStarted(),
    onCall: (call) => replyTo(call, context),
    onFinished(outcome) {
      release();
      // What one notebook returns to another is no output yet.
      start.onFinished(isNested ? outcome : redacted(outcome, context.secretValues));
    },
    onCrashed(error) {
      release();
      start.onCrashed(error);
    },
  });
  return () => {
    stopJob();
    release();
  };
}
