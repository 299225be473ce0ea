import type { NotificationDocument } from '../domain/run-document.ts';
import type { Outcome } from '../domain/outcome.ts';

/** What a message says: a sentence, and what there is to know, name by name. */
export interface EmailContent {
  title: string;
  facts: readonly (readonly [name: string, value: string])[];
  links: readonly (readonly [name: string, url: string])[];
}

const MAX_NAME_CHARS = 120;

const TITLES: Readonly<Record<Outcome, string>> = {
  succeeded: 'has succeeded',
  succeeded_with_failures: 'has succeeded, though some tasks failed',
  failed: 'has failed',
  timed_out: 'has run out of time',
  canceled: 'was canceled',
  skipped: 'was skipped',
  rejected: 'was rejected',
  lost: 'was lost',
};

/** What there is to say of the end of a run, whatever it is written as. */
export function emailContent(document: NotificationDocument): EmailContent {
  const { outcome, failure, run_name: runName, template } = document;
  const name = oneLine(runName ?? template ?? `Run ${document.id}`)
    .slice(0, MAX_NAME_CHARS)
    .toWellFormed();
  const facts = [
    ['Outcome', outcome],
    ['Why', failure === undefined ? null : `${failure.code} (${failure.class}): ${failure.message}`],
    ['State', document.state_message === failure?.message ? null : document.state_message],
    ['Attempt', document.max_attempts > 1 ? `${document.attempt} of ${document.max_attempts}` : null],
    ['Workspace', document.workspace],
    ['Databricks run', document.run_id],
    ['Submitted by', document.submitted_by.name],
    ['Accepted', document.created_at],
    ['Started', document.started_at],
    ['Ended', document.completed_at],
    ['Deadline', document.deadline_at],
    ['Run', document.id],
  ] as const;
  const links = [
    ['Result', document.links.result],
    ['Databricks', document.run_page_url],
  ] as const;
  return {
    title: `${name} ${outcome === null ? 'has ended' : TITLES[outcome]}`,
    facts: facts.flatMap(([label, value]) => (value === null || value === '' ? [] : [[label, printable(value)]])),
    links: links.flatMap(([label, url]) => (url !== null && /^https?:\/\//.test(url) ? [[label, url]] : [])),
  };
}

/** Without what could end a header, or hide what comes after it: control and format characters, line separators. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** Of control characters only the line feed stays. */
function printable(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/[^\P{Cc}\n]|[\p{Zl}\p{Zp}]|[\u202a-\u202e\u2066-\u2069]/gu, ' ');
}
