import { DatabricksProtocolError } from './errors.ts';

/** Above 1,000 tasks of 100 attempts each, in pages of 100. */
const MAX_PAGES = 1_000;

/**
 * Yields the pages of a response, at least one; `read` gets the token of the page.
 * @throws {DatabricksProtocolError} they do not end
 */
export async function* pagesOf<Page extends { next_page_token?: string | undefined }>(
  operation: string,
  read: (pageToken: string | undefined) => Promise<Page>,
): AsyncGenerator<Page> {
  let token: string | undefined;
  for (let count = 0; count < MAX_PAGES; count++) {
    const page = await read(token);
    yield page;
    const next = page.next_page_token;
    if (next === undefined || next === '') return;
    if (next === token) break;
    token = next;
  }
  const databricksMessage = 'The pages of the response do not end.';
  throw new DatabricksProtocolError({ operation, status: 200, databricksMessage }, { retryable: false });
}
