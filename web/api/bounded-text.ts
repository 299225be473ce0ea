/** More than this of a response is not read into the page, characters. */
export const MAX_TEXT_CHARACTERS = 24 * 1024 * 1024;

/** The text of a response; undefined where it is too long, and then the rest of it is not read. */
export async function boundedText({ body }: Response): Promise<string | undefined> {
  if (body === null) return '';
  const parts: string[] = [];
  let length = 0;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return parts.join('');
    parts.push(value);
    length += value.length;
    if (length > MAX_TEXT_CHARACTERS) {
      await reader.cancel();
      return undefined;
    }
  }
}
