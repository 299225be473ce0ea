import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { SMTPServerOptions } from 'smtp-server';
import { expect, it } from 'vitest';
import { parseSmtpUrl, type SmtpServer } from '../../../src/shared/config/smtp-url.ts';
import { notificationDocument, runDocument, runLinks } from '../../../src/shared/domain/run-document.ts';
import { openEmail } from '../../../src/shared/notify/email-channel.ts';
import { emailMessage } from '../../../src/shared/notify/email-message.ts';
import { openMailServer } from '../../../src/shared/notify/mail-server.ts';
import { startMailReceiver } from '../../support/mail-receiver.ts';
import { sampleRun } from '../../unit/ledger/sample-run.ts';

const PASSWORD = 'planted-password';
const secret = (name: string) => ({ source: 'environment', name }) as const;

function documentOf(runName = 'nightly') {
  const record = sampleRun({ status: 'completed', outcome: 'failed', runName });
  return notificationDocument(
    runDocument({ record, cancelRequestedAtMs: null }, runLinks('https://g', record.id), null),
  );
}

function channelTo(url: string, password?: string) {
  const config = {
    smtpUrl: secret('SMTP_URL'),
    ...(password === undefined ? {} : { password: secret('SMTP_PASSWORD') }),
    from: 'Gateway <gateway@example.com>',
  };
  const values: Record<string, string> = { SMTP_URL: url, SMTP_PASSWORD: password ?? '' };
  return openEmail(config, { get: async ({ name }) => values[name] ?? '' }, Date.now);
}

/** What comes of a message to a server. */
async function failureOf(sent: Promise<void>): Promise<Record<string, unknown>> {
  const error: unknown = await sent.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  const text = JSON.stringify(error, [...Object.getOwnPropertyNames(error ?? {}), 'code', 'cause']);
  expect(text ?? '').not.toContain(PASSWORD);
  return { ...(error as Record<string, unknown>), message: (error as Error).message };
}

it('hands a message in that a mail program can read, from and to whom it should be', async () => {
  await using server = await startMailReceiver();

  await channelTo(server.url).send(documentOf('Übersicht\r\nBcc: x@evil.com'), 'ada@example.com');

  const [{ from, to, mail, source }] = server.received as [(typeof server.received)[number]];
  expect({ from, to }).toEqual({ from: 'gateway@example.com', to: ['ada@example.com'] });
  expect(mail).toMatchObject({
    subject: 'Übersicht Bcc: x@evil.com has failed',
    from: { name: 'Gateway', address: 'gateway@example.com' },
    to: [{ address: 'ada@example.com' }],
    messageId: '<run-0123456789abcdef0123456789abcdef-1-failed@example.com>',
    text: expect.stringContaining('Outcome:'),
    html: expect.stringContaining('<table'),
  });
  expect(mail.bcc).toBeUndefined();
  expect(source).toMatch(/^Auto-Submitted: auto-generated\r$/m);
});

it.each(['ada@example.com\r\nRCPT TO:<x@evil.com>', 'ada@example.com, x@evil.com', 'ada@example.com>,<x@evil.com'])(
  'writes to nobody but the one receiver, whatever %j says',
  async (to) => {
    await using server = await startMailReceiver();

    await channelTo(server.url)
      .send(documentOf(), to)
      .catch(() => undefined);

    expect(server.received.flatMap((mail) => mail.to).filter((address) => address === 'x@evil.com')).toEqual([]);
  },
);

const refuse = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });
const signedIn: SMTPServerOptions = {
  authOptional: false,
  allowInsecureAuth: true,
  onAuth: ({ username, password }, _session, done) =>
    username === 'user' && password === PASSWORD
      ? done(null, { user: 'user' })
      : done(refuse(535, `5.7.8 wrong: ${password}`)),
};

it('signs in, with the password of the address or with one of its own', async () => {
  await using server = await startMailReceiver(signedIn);

  await channelTo(server.url.replace('//', `//user:${PASSWORD}@`)).send(documentOf(), 'a@example.com');
  await channelTo(server.url.replace('//', '//user@'), PASSWORD).send(documentOf(), 'b@example.com');

  expect(server.received.map(({ to }) => to)).toEqual([['a@example.com'], ['b@example.com']]);
});

it('says that the sign-in failed, without the name, the password and the words of the server', async () => {
  await using server = await startMailReceiver(signedIn);

  const url = server.url.replace('//', `//other:${PASSWORD}@`);
  expect(await failureOf(channelTo(url).send(documentOf(), 'a@example.com'))).toMatchObject({
    code: 'MAIL_SERVER',
    retryable: true,
    message: 'The mail server did not take the message: the sign-in failed with status 535 5.7.8.',
  });
});

it.each<[what: string, SMTPServerOptions, code: string, message: RegExp]>([
  [
    'puts a receiver off',
    { onRcptTo: (_to, _session, done) => done(refuse(451, '4.7.1 greylisted for planted reasons')) },
    'MAIL_SERVER',
    /: status 451 4\.7\.1\.$/,
  ],
  [
    'refuses a receiver for good',
    { onRcptTo: (_to, _session, done) => done(refuse(550, '5.1.1 nobody planted here')) },
    'NEVER_DELIVERABLE',
    /: status 550 5\.1\.1\.$/,
  ],
  [
    'refuses a message',
    {
      onData(stream, _session, done) {
        stream.resume();
        stream.on('end', () => done(refuse(554, '5.7.1 planted spam')));
      },
    },
    'MAIL_SERVER',
    /: status 554 5\.7\.1\.$/,
  ],
  ['refuses the sender', { onMailFrom: (_from, _session, done) => done(refuse(421, 'busy')) }, 'MAIL_SERVER', /421/],
])('knows what it means when a server %s', async (_what, options, code, message) => {
  await using server = await startMailReceiver(options);

  const failure = await failureOf(channelTo(server.url).send(documentOf(), 'a@example.com'));

  expect(failure).toMatchObject({ code, message: expect.stringMatching(message), retryable: code === 'MAIL_SERVER' });
  expect(failure['message']).not.toContain('planted');
});

it.each<[what: string, greeting: string]>([
  ['never greets', ''],
  ['greets and says nothing more', '220 planted ESMTP\r\n'],
  ['speaks another language', 'SSH-2.0-planted\r\n'],
])('gives up a server that %s', async (_what, greeting) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket
      .on('error', () => undefined)
      .resume()
      .write(greeting);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const failure = await failureOf(channelTo(url).send(documentOf(), 'a@example.com', 300));

    expect(failure).toMatchObject({ code: 'MAIL_SERVER', retryable: true });
    expect(failure['message']).not.toContain('planted');
    await expect.poll(() => sockets.every((socket) => socket.destroyed)).toBe(true);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

it.each<[what: string, SMTPServerOptions]>([
  ['that offers no TLS', {}],
  ['whose certificate nobody vouches for', { disabledCommands: [] }],
])('sends nothing to a server elsewhere %s', async (_what, options) => {
  await using server = await startMailReceiver(options);
  const parsed = parseSmtpUrl(server.url.replace('//', `//user:${PASSWORD}@`)) as SmtpServer;
  const message = emailMessage(documentOf(), { from: 'g@example.com', to: 'a@example.com' });

  const failure = await failureOf(openMailServer({ ...parsed, requiresTls: true }, Date.now).send(message));

  expect(failure).toMatchObject({ code: 'MAIL_SERVER' });
  expect(server.received).toEqual([]);
});

it('says that nothing listens', async () => {
  expect(await failureOf(channelTo('smtp://127.0.0.1:1').send(documentOf(), 'a@example.com'))).toMatchObject({
    message: 'The mail server did not take the message: no connection.',
  });
});
