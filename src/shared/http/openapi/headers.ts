import * as z from 'zod';

interface Header {
  description: string;
  schema: z.ZodType;
  example: unknown;
}

/** The request headers that operations name. Credentials are described by the security schemes. */
export const REQUEST_HEADERS = {
  'Idempotency-Key': {
    description:
      'Any text that names this request. The same key of the same caller starts one run, however often it is sent; with another body it is a 409. `idempotency_token` in the body says the same.',
    schema: z.string().min(1).max(255),
    example: 'invoice-4711',
  },
  Prefer: {
    description:
      '`wait=N` (RFC 7240) holds the response until there is something new to say, N seconds at most, and never more than 60.',
    schema: z.string().max(255),
    example: 'wait=60',
  },
} as const satisfies Readonly<Record<string, Header>>;

/** The response headers that operations name. */
export const RESPONSE_HEADERS = {
  Location: {
    description: 'Where to go on, as an absolute address: where the result will be, or what a `DELETE` ends.',
    schema: z.url(),
    example: 'https://gateway.example.com/api/runs/0a1b2c3d4e5f60718293a4b5c6d7e8f901234567/result',
  },
  'Operation-Location': {
    description: 'Where the state can be read, as an absolute address.',
    schema: z.url(),
    example: 'https://gateway.example.com/api/runs/0a1b2c3d4e5f60718293a4b5c6d7e8f901234567',
  },
  'Retry-After': {
    description: 'After how many seconds to ask again.',
    schema: z.int().min(1),
    example: 5,
  },
  'Idempotency-Replayed': {
    description: '`true` where the same request had been accepted before; absent otherwise.',
    schema: z.enum(['true']),
    example: 'true',
  },
  'WWW-Authenticate': {
    description: 'How to say who one is.',
    schema: z.string(),
    example: 'Bearer realm="gateway"',
  },
} as const satisfies Readonly<Record<string, Header>>;

/** A header of a request that the documents describe. */
export type RequestHeader = keyof typeof REQUEST_HEADERS;
/** A header of a response that the documents describe. */
export type ResponseHeader = keyof typeof RESPONSE_HEADERS;
