/** What the gateway says of a request that it did not carry out (RFC 9457), or what stands in its place. */
export interface Problem {
  status: number;
  code: string;
  title: string;
  detail: string;
  errors: { path: string; message: string }[];
  requestId: string | undefined;
}

/** A request that did not succeed. `status` is 0 where nothing has responded. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Reads the problem document of a response; one without such a document is described by its status. */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => '');
  const body = parsed(text);
  return {
    status: response.status,
    code: textOf(body['code']) || `HTTP_${response.status}`,
    title: textOf(body['title']) || response.statusText || `Status ${response.status}`,
    detail: textOf(body['detail']) || `The gateway responded with status ${response.status}.`,
    errors: Array.isArray(body['errors']) ? body['errors'].flatMap(fieldError) : [],
    requestId: textOf(body['request_id']) || undefined,
  };
}

/** The problem of a request that got no response. */
export function unreachable(): Problem {
  return {
    status: 0,
    code: 'UNREACHABLE',
    title: 'The gateway cannot be reached',
    detail: 'No response came. Check your connection; the page tries again by itself.',
    errors: [],
    requestId: undefined,
  };
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function fieldError(value: unknown): { path: string; message: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const { path, message } = value as Record<string, unknown>;
  return [{ path: textOf(path), message: textOf(message) }];
}
