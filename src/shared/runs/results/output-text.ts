import { stripVTControlCharacters } from 'node:util';
import type { TaskDocument } from '../../domain/task-document.ts';
import { compactJson, stringifyJson } from '../../json.ts';
import type { OutputText } from '../../ledger/run-archive.ts';

/**
 * A task as results show it: what the run document says of it, and everything of `runs/get-output` but the metadata.
 * The notebook's output comes last, so that it can be read alone.
 */
export function outputText(task: TaskDocument, output: Readonly<Record<string, unknown>>): OutputText {
  const { metadata: _metadata, notebook_output: notebook, ...others } = output;
  const members = stringifyJson({ ...task, ...others, ...plainTrace(others), ...task }).slice(1, -1);
  if (notebook === undefined) return { bytes: Buffer.from(`{${members}}`), notebookAt: null };
  const before = `{${members},"notebook_output":`;
  return { bytes: Buffer.from(`${before}${notebookText(notebook)}}`), notebookAt: Buffer.byteLength(before) };
}

/** Databricks gives traces with the colours of a terminal; `error_trace_text` is without, where there are any. */
function plainTrace({ error_trace: trace }: Readonly<Record<string, unknown>>): { error_trace_text?: string } {
  if (typeof trace !== 'string') return {};
  const text = stripVTControlCharacters(trace);
  return text === trace ? {} : { error_trace_text: text };
}

/** With `json`, the exit value as JSON, digit for digit; absent where it is none. */
function notebookText(notebook: unknown): string {
  if (typeof notebook !== 'object' || notebook === null || !('result' in notebook)) return stringifyJson(notebook);
  const { result } = notebook;
  if (typeof result !== 'string') return stringifyJson(notebook);
  const members = stringifyJson({ truncated: false, ...notebook }).slice(1, -1);
  const json = compactJson(result);
  return json === undefined ? `{${members}}` : `{${members},"json":${json}}`;
}
