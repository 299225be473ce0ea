import type { HttpResponseInit } from '@azure/functions';
import { JsonIndenter } from './json-indenter.ts';

type Body = HttpResponseInit['body'];

const NEWLINE = 0x0a;

/**
 * A response whose JSON ends with a newline, so that what a terminal shows next is on a line of its own, and has a line
 * for each member where it `isPretty`. Bodies of other types, and those that are streamed and are not to be pretty, are
 * as they came.
 */
export function withFinishedBody(init: HttpResponseInit, contentType: string | null, isPretty: boolean): Body {
  const { body } = init;
  if (!/^application\/(?:problem\+)?json\b/.test(contentType ?? '')) return body;
  if (typeof body === 'string') return ended(isPretty ? indented(Buffer.from(body)) : body);
  if (body instanceof Uint8Array) {
    if (isPretty) return ended(indented(body));
    return body.at(-1) === NEWLINE ? body : Buffer.concat([body, Uint8Array.of(NEWLINE)]);
  }
  return isPretty && body instanceof ReadableStream ? ReadableStream.from(indentedChunks(body)) : body;
}

function indented(json: Uint8Array): string {
  return new JsonIndenter().push(json);
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

async function* indentedChunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const indenter = new JsonIndenter();
  for await (const chunk of body) yield Buffer.from(indenter.push(chunk));
  yield Uint8Array.of(NEWLINE);
}
