import type { RunDocument } from '../api/documents.ts';

const MAX_LINE_CHARS = 300;

/** What a run is called: its own name, that of its template, or its id. */
export function nameOf({ run_name: name, id, template }: Pick<RunDocument, 'run_name' | 'id' | 'template'>): string {
  return name || template || `Run ${id.slice(0, 12)}`;
}

/** The first line of a text that says anything, cut where it is long. */
export function firstLine(text: string): string {
  const line = text.split('\n').find((each) => each.trim() !== '') ?? '';
  return line.length > MAX_LINE_CHARS ? `${line.slice(0, MAX_LINE_CHARS)}…` : line;
}
