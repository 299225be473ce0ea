import { isLoopback } from './service-url.ts';

/** A mail server, and how to sign in to it. */
export interface SmtpServer {
  host: string;
  port: number;
  /** TLS from the first byte (port 465); else by STARTTLS. */
  isImplicitTls: boolean;
  /** Nothing is sent in the clear: it is not this machine. */
  requiresTls: boolean;
  username?: string;
  password?: string;
}

const SUBMISSION_PORT = 587;
const IMPLICIT_TLS_PORT = 465;

/**
 * Reads `smtp://USER:PASSWORD@HOST:PORT` (STARTTLS, port 587 where none is named) or `smtps://…` (TLS at once, port
 * 465). Returns the problem as text, without any part of the address, where it cannot be used.
 * @see https://www.rfc-editor.org/rfc/rfc8314
 */
export function parseSmtpUrl(text: string): SmtpServer | string {
  const url = URL.parse(text);
  if (url === null || !/^smtps?:$/.test(url.protocol)) return 'must be smtp://HOST:PORT or smtps://HOST:PORT.';
  if (!/^(?:[0-9a-z._-]+|\[[0-9a-f:]+\])$/i.test(url.hostname)) return 'names no host.';
  if (url.search !== '' || url.hash !== '' || url.pathname.length > 1) return 'must end after the port.';
  const username = decoded(url.username);
  const password = decoded(url.password);
  if (username === undefined || password === undefined) return 'has a name or a password that is not URL-encoded.';
  const isImplicitTls = url.protocol === 'smtps:';
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (isImplicitTls ? IMPLICIT_TLS_PORT : SUBMISSION_PORT) : Number(url.port),
    isImplicitTls,
    requiresTls: !isLoopback(url.hostname.toLowerCase()),
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
