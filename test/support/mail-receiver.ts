import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail server that keeps what it is given. */
export interface MailReceiver extends AsyncDisposable {
  readonly port: number;
  /** As `smtp://127.0.0.1:PORT`. */
  readonly url: string;
  readonly received: { from: string; to: string[]; source: string; mail: Email }[];
}

/** Starts a real SMTP server without TLS and without sign-in, but for what `options` says. */
export async function startMailReceiver(options: SMTPServerOptions = {}): Promise<MailReceiver> {
  const received: MailReceiver['received'] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 0,
    async onData(stream, { envelope: { mailFrom, rcptTo } }, done) {
      const source = await buffer(stream);
      const to = rcptTo.map(({ address }) => address);
      const from = mailFrom === false ? '' : mailFrom.address;
      received.push({ from, to, source: source.toString(), mail: await PostalMime.parse(source) });
      done();
    },
    ...options,
  });
  // A client that does not trust the server says so by leaving.
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    received,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
