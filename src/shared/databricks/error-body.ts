import { z } from 'zod';
import { parseJson } from '../json.ts';

const MAX_MESSAGE_LENGTH = 2_000;

/** What an error's body says. `message` is empty where it says nothing. */
export interface ErrorBody {
  errorCode?: string;
  message: string;
}

/** A code that is the HTTP status over again (`"error_code": 403`) tells nothing and counts as none. */
const errorCode = z
  .union([z.string(), z.number()])
  .transform((value) => (/^[A-Z][A-Z0-9_]*$/.test(String(value)) ? String(value) : undefined))
  .optional()
  .catch(undefined);
const text = z.string().optional().catch(undefined);
const JsonBody = z.object({ error_code: errorCode, message: text, error: text, error_description: text, detail: text });

/**
 * Reads the body of an error: Databricks' JSON with a text or a number as `error_code`, OAuth's, SCIM's, plain
 * `CODE: message`, or a proxy's HTML. Never raises; the message is bounded.
 */
export function parseErrorBody(body: string): ErrorBody {
  const json = JsonBody.safeParse(tryParse(body));
  if (json.success) {
    const { error_code, message, error, error_description, detail } = json.data;
    const words = message ?? error_description ?? detail ?? error ?? '';
    return withCode(error_code, words);
  }
  const html = /<(?:pre|title|h1)[^>]*>([^<]*)</i.exec(body.slice(0, 16 * 1024))?.[1];
  if (html !== undefined) return { message: bounded(html) };
  if (/^\s*</.test(body)) return { message: '' };
  const plain = /^\s*([A-Z][A-Z0-9_]{2,}):\s/.exec(body);
  return plain === null ? { message: bounded(body) } : withCode(plain[1], body.slice(plain[0].length));
}

function withCode(code: string | undefined, message: string): ErrorBody {
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
