import * as z from 'zod';
import { parseJson } from '../json.ts';

const MAX_MESSAGE_LENGTH = 2_000;

/** What an error's body says. `message` is empty where it says nothing. */
export interface ErrorBody {
  errorCode?: string;
  message: string;
  /**
   * The body is in the form of Databricks' own errors, JSON with an `error_code`: no proxy on the way has written it.
   */
  isGenuine: boolean;
}

const errorCode = z
  .union([z.string().min(1), z.number()])
  .optional()
  .catch(undefined);
const text = z.string().optional().catch(undefined);
const JsonBody = z.object({ error_code: errorCode, message: text, error: text, error_description: text, detail: text });

/**
 * Reads the body of an error: Databricks' JSON with a text or a number as `error_code`, OAuth's, SCIM's, plain
 * `CODE: message`, or a proxy's HTML. Never throws; the message is bounded.
 */
export function parseErrorBody(body: string): ErrorBody {
  const json = JsonBody.safeParse(tryParse(body));
  if (json.success) {
    const { error_code, message, error, error_description, detail } = json.data;
    const words = message ?? error_description ?? detail ?? error ?? '';
    return { ...withCode(word(error_code), words), isGenuine: error_code !== undefined };
  }
  const html = /<(?:pre|title|h1)[^>]*>([^<]*)</i.exec(body.slice(0, 16 * 1024))?.[1];
  if (html !== undefined) return { message: bounded(html), isGenuine: false };
  if (/^\s*</.test(body)) return { message: '', isGenuine: false };
  const plain = /^\s*([A-Z][A-Z0-9_]{2,}):\s/.exec(body);
  const words = plain === null ? { message: bounded(body) } : withCode(plain[1], body.slice(plain[0].length));
  return { ...words, isGenuine: false };
}

/** A code that is the HTTP status over again (`"error_code": 403`) says nothing and counts as none. */
function word(code: string | number | undefined): string | undefined {
  return /^[A-Z][A-Z0-9_]*$/.test(String(code)) ? String(code) : undefined;
}

function withCode(code: string | undefined, message: string): Omit<ErrorBody, 'isGenuine'> {
  return code === undefined
    ? { message: bounded(message) }
    : { errorCode: code.slice(0, 100), message: bounded(message) };
}

function tryParse(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}

function bounded(message: string): string {
  const trimmed = message.trim();
  return trimmed.length > MAX_MESSAGE_LENGTH ? `${trimmed.slice(0, MAX_MESSAGE_LENGTH)}…` : trimmed;
}
