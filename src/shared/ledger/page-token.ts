import * as z from 'zod';
import { AppError } from '../errors.ts';

/** What came as a page token is none that a list has handed out. */
export class PageTokenError extends AppError {
  override readonly name = 'PageTokenError';
  constructor(cause?: unknown) {
    super('This is no page token.', { code: 'INVALID_PAGE_TOKEN', retryable: false, cause });
  }
}

/** The SDK's continuation token is this as JSON in base64. */
const continuation = z.strictObject({ nextPartitionKey: z.string().min(1), nextRowKey: z.string().min(1).optional() });

/** The page token for where the table service goes on, fit for a URL. */
export function pageTokenOf(continuationToken: string): string {
  return Buffer.from(continuationToken, 'base64').toString('base64url');
}

/** Where the table service goes on. @throws {PageTokenError} */
export function continuationTokenOf(pageToken: string): string {
  const text = Buffer.from(pageToken, 'base64url').toString();
  try {
    continuation.parse(JSON.parse(text));
  } catch (error) {
    throw new PageTokenError(error);
  }
  return Buffer.from(text).toString('base64');
}
