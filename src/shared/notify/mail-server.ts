import type { NodemailerError } from 'nodemailer';
import type { SmtpServer } from '../config/smtp-url.ts';
import { AppError } from '../errors.ts';
import { NeverDeliverableError } from './channel.ts';
import type { EmailMessage } from './email-message.ts';

/** The mail server did not take a message, which it may later. */
export class MailServerError extends AppError {
  override readonly name = 'MailServerError';
  constructor(reason: string) {
    // What the server says may name hosts and people, and an error of a login the name.
    super(`The mail server did not take the message: ${reason}.`, { code: 'MAIL_SERVER', retryable: true });
  }
}

/** With its own connection, which ends with it. */
const TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 4_000;

/** A mail server. */
export interface MailServer {
  /**
   * Hands a message in, in `timeoutMs` at most, whatever the server does.
   * @throws {MailServerError} it was not taken, and may be later
   * @throws {NeverDeliverableError} the server refuses the receiver for good
   */
  send(message: EmailMessage, timeoutMs?: number): Promise<void>;
}

/** Opens a mail server; each message has a connection of its own. */
export function openMailServer(server: SmtpServer, now: () => number): MailServer {
  return {
    async send({ from, to, ...message }, timeoutMs = TIMEOUT_MS) {
      const { createTransport } = await import('nodemailer');
      const boundMs = Math.min(timeoutMs, TIMEOUT_MS);
      const signal = AbortSignal.timeout(boundMs);
      const transport = createTransport(transportOptions(server, boundMs));
      await transport
        .sendMail({ ...message, from, to: { name: '', address: to }, date: new Date(now()), signal })
        .catch((error: unknown) => {
          throw signal.aborted ? new MailServerError('no response in time') : errorOf(error);
        });
    },
  };
}

function transportOptions({ host, port, isImplicitTls, requiresTls, username, password }: SmtpServer, boundMs: number) {
  const timeouts = Math.min(CONNECT_TIMEOUT_MS, boundMs);
  return {
    host,
    port,
    secure: isImplicitTls,
    requireTLS: requiresTls && !isImplicitTls,
    // A server on this machine has no certificate that could be verified.
    ignoreTLS: !requiresTls && !isImplicitTls,
    connectionTimeout: timeouts,
    greetingTimeout: timeouts,
    socketTimeout: boundMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    // A server that does not ask for the password is not the one that was meant.
    ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' }, forceAuth: true }),
  };
}

/** In words without the server's own, but for its codes: RFC 5321 replies, RFC 3463 enhanced ones. */
function errorOf(error: unknown): AppError {
  const { code = '', command = '', responseCode, response = '' } = error as Partial<NodemailerError>;
  if (typeof responseCode !== 'number') return new MailServerError(REASONS[code] ?? 'the connection failed');
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})/.exec(response)?.[1];
  const status = `status ${responseCode}${enhanced === undefined ? '' : ` ${enhanced}`}`;
  if (command === 'RCPT TO' && responseCode >= 500) return new NeverDeliverableError('mail server', status);
  return new MailServerError(code === 'EAUTH' ? `the sign-in failed with ${status}` : status);
}

/** What the client calls failures that the server has not worded. */
const REASONS: Readonly<Record<string, string | undefined>> = {
  EAUTH: 'the sign-in failed',
  EDNS: 'its host has no address',
  ETIMEDOUT: 'no response in time',
  ETLS: 'TLS is not possible',
  ECONNECTION: 'no connection',
  ESOCKET: 'no connection',
};
