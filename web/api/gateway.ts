import { signal } from '@preact/signals';
import { problemOf, RequestError, unreachable } from './problem.ts';

/** Where the API is: this script lies in `api/monitor/`, whatever stands before that. */
export const API_URL = new URL('../', import.meta.url);

/** A header that says who calls; it is kept in this variable and nowhere else. */
export interface Credentials {
  header: string;
  value: string;
}

/** What a request is sent with. */
export interface RequestOptions {
  method?: 'GET' | 'POST' | 'DELETE';
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, as JSON. */
  text?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

let credentials: Credentials | undefined;

/** How many requests have been refused for want of credentials that are good: whoever signs in watches it. */
export const refusals = signal(0);

/** Sends these credentials from now on; undefined for none. */
export function useCredentials(given: Credentials | undefined): void {
  credentials = given;
}

/**
 * Sends a request to the API, with the credentials of who has signed in.
 * @param path below `/api/`
 * @throws {RequestError} with the problem, where the status is not one of success
 */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = 'GET', body, signal: abort } = options;
  const text = options.text ?? (body === undefined ? undefined : JSON.stringify(body));
  const headers = new Headers(options.headers);
  if (credentials !== undefined) headers.set(credentials.header, credentials.value);
  // Of other sites, only those that the browser has asked the gateway about may send this.
  if (method !== 'GET') headers.set('content-type', 'application/json');
  let response: Response;
  try {
    response = await fetch(new URL(path, API_URL), {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      // App Service may send somebody who is not signed in elsewhere.
      redirect: 'manual',
      ...(text === undefined ? {} : { body: text }),
      ...(abort === undefined ? {} : { signal: abort }),
    });
  } catch (error) {
    if (abort?.aborted === true) throw error;
    throw new RequestError(unreachable());
  }
  if (response.ok) return response;
  if (response.status === 401 || response.type === 'opaqueredirect') refusals.value++;
  throw new RequestError(await problemOf(response));
}

/** The JSON of a response. Its shape is the gateway's contract, which is tested at the gateway. */
export async function getJson<Document>(path: string, options: RequestOptions = {}): Promise<Document> {
  const response = await send(path, options);
  return (await response.json()) as Document;
}
