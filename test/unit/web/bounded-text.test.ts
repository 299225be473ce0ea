import { expect, it } from 'vitest';
import { boundedText, MAX_TEXT_CHARACTERS } from '../../../web/api/bounded-text.ts';

it('reads the text of a response', async () => {
  expect(await boundedText(new Response('grün'))).toBe('grün');
  expect(await boundedText(new Response(null))).toBe('');
});

it('reads no more of an endless response than the page holds', async () => {
  const piece = new TextEncoder().encode('x'.repeat(1024 * 1024));
  let pieces = 0;
  let isCanceled = false;
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      pieces++;
      controller.enqueue(piece);
    },
    cancel() {
      isCanceled = true;
    },
  });

  expect(await boundedText(new Response(endless))).toBeUndefined();
  expect(isCanceled).toBe(true);
  expect(pieces * piece.length).toBeLessThan(1.5 * MAX_TEXT_CHARACTERS);
});
