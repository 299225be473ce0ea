import type { NotificationDocument } from '../domain/run-document.ts';

/** A run document as a notification carries it; what is marked as truncated is read whole from its links. */
export type TruncatedDocument = NotificationDocument & { tasks_truncated?: true; labels_truncated?: true };

const LONG_TEXT_CHARS = 1_000;
const SHORT_TEXT_CHARS = 200;

/**
 * The run document in at most `maxBytes` of JSON: whole where it fits, else with its texts cut visibly, then without
 * its tasks, at last without its labels.
 */
export function fittedDocument(document: NotificationDocument, maxBytes: number): TruncatedDocument {
  const cut = withCutTexts(document, LONG_TEXT_CHARS);
  const shorter: TruncatedDocument[] = [document, cut, { ...cut, tasks: [], tasks_truncated: true }];
  const shortest: TruncatedDocument = {
    ...withCutTexts(document, SHORT_TEXT_CHARS),
    tasks: [],
    tasks_truncated: true,
    labels: {},
    labels_truncated: true,
  };
  return shorter.find((candidate) => Buffer.byteLength(JSON.stringify(candidate)) <= maxBytes) ?? shortest;
}

function withCutTexts(document: NotificationDocument, maxChars: number): NotificationDocument {
  const { failure, run_name: runName, submitted_by: submitter } = document;
  return {
    ...document,
    ...(failure === undefined ? {} : { failure: { ...failure, message: cutText(failure.message, maxChars) } }),
    state_message: cutText(document.state_message, maxChars),
    run_name: runName === null ? null : cutText(runName, maxChars),
    submitted_by: { ...submitter, id: cutText(submitter.id, maxChars), name: cutText(submitter.name, maxChars) },
  };
}

function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return `${text.slice(0, maxChars).toWellFormed()}… (${text.length - maxChars} more characters)`;
}
