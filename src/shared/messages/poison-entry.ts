import { boundedErrors, type FieldError, type ProblemError } from '../http/problem.ts';
import { parseJson, stringifyJson } from '../json.ts';
import { fitsMessage } from './message-text.ts';

/** Why something will never be run. */
export interface Refusal {
  /** A code of the table of errors. */
  code: string;
  /** A sentence for people. */
  reason: string;
  errors: readonly FieldError[];
}

/** Why a request is refused, as its problem document says it. */
export function refusalOf({ code, message, extras }: ProblemError): Refusal {
  return { code, reason: message, errors: extras.errors ?? [] };
}

const MAX_REASON_CHARS = 1_000;
const MAX_DEPTH = 100;

/**
 * What is kept of a message that can never be run: why, its id, what is wrong with which place, and the body itself, as
 * JSON where it is JSON, digits kept. What does not fit into a message is cut, and says so.
 */
export function poisonEntry({ code, reason, errors }: Refusal, messageId: string, text: string): string {
  const why = { reason: reason.slice(0, MAX_REASON_CHARS).toWellFormed(), code, message_id: messageId };
  const entry = { ...why, errors: boundedErrors(errors) };
  const whole = stringifyJson({ ...entry, body: bodyOf(text) });
  if (fitsMessage(whole)) return whole;
  for (let kept = text.length; kept > 0; kept = Math.floor(kept * 0.8)) {
    const cut = stringifyJson({ ...entry, body: text.slice(0, kept).toWellFormed(), body_truncated: true });
    if (fitsMessage(cut)) return cut;
  }
  return stringifyJson({ ...why, errors: [], body: '', body_truncated: true });
}

function bodyOf(text: string): unknown {
  try {
    return parseJson(text, { maxDepth: MAX_DEPTH });
  } catch {
    return text;
  }
}
