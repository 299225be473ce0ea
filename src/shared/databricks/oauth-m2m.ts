import * as z from 'zod';
import { parseJson } from '../json.ts';
import {
  DatabricksPermissionError,
  DatabricksProtocolError,
  DatabricksRejectedError,
  DatabricksUnavailableError,
} from './errors.ts';
import { sendRequest, NoResponseError, type OpenDispatcher } from './http-client.ts';
import { errorOfResponse } from './response-error.ts';
import { withRetries } from './retry.ts';
import type { Sleep } from '../async/sleep.ts';
import type { AccessToken } from './token.ts';
import { USER_AGENT } from './user-agent.ts';

const OPERATION = 'oidc/token';
const TIMEOUT_MS = 15_000;
const BUDGET_MS = 30_000;

const TokenResponse = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });

/** RFC 6749 §5.2. */
const ErrorAnswer = z.object({ error: z.string().min(1) });

/** A request for a token by client credentials. */
export interface OAuthM2mRequest {
  host: string;
  clientId: string;
  clientSecret: string;
  dispatcher: OpenDispatcher;
  now: () => number;
  sleep: Sleep;
  random: () => number;
}

/**
 * Asks the workspace for a token by client id and secret.
 * @throws one of the leaves of `DatabricksError`
 * @see {@link https://learn.microsoft.com/azure/databricks/dev-tools/auth/oauth-m2m}
 */
export async function requestOAuthToken(request: OAuthM2mRequest): Promise<AccessToken> {
  const { now, sleep, random } = request;
  return withRetries(() => requestOnce(request), {
    isSafe: true,
    budgetMs: BUDGET_MS,
    now,
    sleep,
    random,
    onRetry: () => {},
  });
}

async function requestOnce({ host, clientId, clientSecret, dispatcher, now }: OAuthM2mRequest): Promise<AccessToken> {
  const credentials = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`);
  const askedAtMs = now();
  const response = await sendRequest(dispatcher, {
    url: new URL('/oidc/v1/token', host),
    method: 'POST',
    headers: {
      authorization: `Basic ${credentials.toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': USER_AGENT,
    },
    body: 'grant_type=client_credentials&scope=all-apis',
    timeoutMs: TIMEOUT_MS,
  }).catch((error: unknown) => {
    if (!(error instanceof NoResponseError)) throw error;
    throw new DatabricksUnavailableError({ operation: OPERATION, networkCode: error.code, cause: error });
  });
  if (response.status !== 200) {
    const isGenuine = ErrorAnswer.safeParse(parse(response.text)).success;
    const error = errorOfResponse(OPERATION, response, { nowMs: now(), secret: clientSecret, isGenuine });
    throw error instanceof DatabricksRejectedError ? new DatabricksPermissionError(error) : error;
  }
  const parsed = TokenResponse.safeParse(parse(response.text));
  if (!parsed.success) {
    throw new DatabricksProtocolError(
      { operation: OPERATION, status: response.status, databricksMessage: 'The response holds no token.' },
      { retryable: true },
    );
  }
  return { token: parsed.data.access_token, expiresAtMs: askedAtMs + parsed.data.expires_in * 1_000 };
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
