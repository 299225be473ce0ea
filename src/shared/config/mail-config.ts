import type { SecretReference, SettingReader } from './setting-reader.ts';
import { parseSmtpUrl } from './smtp-url.ts';

/** How e-mail is sent. It names secrets and holds none. */
export interface MailConfig {
  /** The address of the mail server: name and password may be part of it. */
  smtpUrl: SecretReference;
  /** The password, where it is not part of the address. */
  password?: SecretReference;
  /** Whom mail is from: `address`, or `Name <address>`. */
  from: string;
}

const FROM = /^(?:[^<>"\\\p{Cc}]{1,100} <([^<>\s]+)>|([^<>\s]+))$/u;
const ADDRESS = /^[^\s@"(),:;<>[\\\]]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,62})\.)*[a-z0-9-]{2,63}$/i;

/** The address in `address` or `Name <address>`; undefined for anything else. */
export function addressOf(from: string): string | undefined {
  const [, named, plain] = FROM.exec(from) ?? [];
  const address = named ?? plain;
  return address !== undefined && ADDRESS.test(address) ? address : undefined;
}

/** Reads the settings of mail; undefined where there are none. */
export function readMail(reader: SettingReader): MailConfig | undefined {
  if (!reader.hasSecret('SMTP_URL')) return undefined;
  const smtpUrl = reader.requiredSecret('SMTP_URL', 'it says where mail is handed in.');
  // One in the vault is looked at when it is used.
  const problem = smtpUrl.source === 'environment' ? parseSmtpUrl(reader.text('SMTP_URL') ?? '') : undefined;
  if (typeof problem === 'string') reader.report('SMTP_URL', problem);
  const from = reader.required('MAIL_FROM', 'mail has to be from somebody.');
  if (from !== '' && addressOf(from) === undefined)
    reader.report('MAIL_FROM', 'must be an address, or a name and an address as in "Gateway <gateway@example.com>".');
  const password = reader.secret('SMTP_PASSWORD');
  return { smtpUrl, ...(password === undefined ? {} : { password }), from };
}
