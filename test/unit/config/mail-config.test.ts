import { expect, it } from 'vitest';
import { addressOf } from '../../../src/shared/config/mail-config.ts';
import { loadConfig } from '../../../src/shared/config/config.ts';
import { parseSmtpUrl } from '../../../src/shared/config/smtp-url.ts';

const base = {
  DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};

it('reads the address of a mail server, with how to sign in, and demands TLS anywhere but on this machine', () => {
  expect(parseSmtpUrl('smtp://mail.example.com')).toEqual({
    host: 'mail.example.com',
    port: 587,
    isImplicitTls: false,
    requiresTls: true,
  });
  expect(parseSmtpUrl('smtps://a%40b:p%2F%3A@mail.example.com')).toMatchObject({
    port: 465,
    isImplicitTls: true,
    username: 'a@b',
    password: 'p/:',
  });
  for (const host of ['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])
    expect(parseSmtpUrl(`smtp://${host}:2525`)).toMatchObject({ port: 2525, requiresTls: false });
});

it.each([
  'mail.example.com',
  'https://mail.example.com',
  'smtp://',
  'smtp://user:planted@mail.example.com/?tls=no',
  'smtp://user:planted@mail.example.com/path',
  'smtp://user:%planted@mail.example.com',
  'smtp://user:planted@mail%0d%0a.example.com',
])('does not take %s, and repeats nothing of it', (text) => {
  expect(parseSmtpUrl(text)).toEqual(expect.not.stringContaining('planted'));
});

it('takes an address, with a name or without', () => {
  expect(addressOf('gateway@example.com')).toBe('gateway@example.com');
  expect(addressOf('The Gateway <gateway@example.com>')).toBe('gateway@example.com');
  for (const other of ['gateway', 'a@b.com, c@d.com', 'x <a@b.com>\r\nBcc: c@d.com', '"x" <a@b.com>', '<a@b.com>'])
    expect(addressOf(other)).toBeUndefined();
});

it('names all that is wrong with the settings of mail, never their values', () => {
  const env = { ...base, SMTP_URL: 'http://user:planted@mail.example.com', MAIL_FROM: 'planted' };

  expect(() => loadConfig(env)).toThrow(
    expect.objectContaining({
      problems: [expect.objectContaining({ setting: 'SMTP_URL' }), expect.objectContaining({ setting: 'MAIL_FROM' })],
      message: expect.not.stringContaining('planted') as string,
    }),
  );
  expect(() => loadConfig({ ...base, SMTP_URL: 'smtp://mail.example.com' })).toThrow(/MAIL_FROM/);
  expect(loadConfig(base).mail).toBeUndefined();
});
