import * as z from 'zod';
import { list } from '../body-schema.ts';
import type { MailConfig } from '../config/mail-config.ts';
import { parseSmtpUrl, type SmtpServer } from '../config/smtp-url.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { Channel, ChannelType } from './channel.ts';
import { emailAddress } from './email-address.ts';
import { emailMessage } from './email-message.ts';
import { MailServerError, openMailServer } from './mail-server.ts';

/** The most addresses of a request. */
const MAX_ADDRESSES = 50;

/**
 * Mail from the gateway itself, one message a receiver. It is sent only where Databricks does not write: that is decided
 * when a run ends. `submitter` stands for the address of who asked, until the request is accepted.
 */
export const emailChannel: ChannelType = {
  name: 'email',
  field: 'email',
  schema: list(z.union([z.literal('submitter'), emailAddress]), MAX_ADDRESSES).optional(),
  targets: (value) => (Array.isArray(value) ? value.map(String) : []),
  open({ config: { mail }, secrets, now }) {
    return mail === undefined ? undefined : openEmail(mail, secrets, now);
  },
};

/** The open channel. `send` throws MailServerError, MailRefusedError, and what the secrets' source throws. */
export function openEmail(
  { smtpUrl, password, from }: MailConfig,
  secrets: Pick<SecretStore, 'get'>,
  now: () => number,
): Channel {
  const server = async (): Promise<SmtpServer> => {
    const parsed = parseSmtpUrl(await secrets.get(smtpUrl));
    if (typeof parsed === 'string') throw new MailServerError(`its address ${parsed.replace(/\.$/, '')}`);
    return password === undefined ? parsed : { ...parsed, password: await secrets.get(password) };
  };
  return {
    isOwnService: true,
    receiver: () => 'email',
    async send(document, to, timeoutMs) {
      const mail = openMailServer(await server(), now);
      await mail.send(emailMessage(document, { from, to }), timeoutMs);
    },
  };
}
