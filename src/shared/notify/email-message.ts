import type { NotificationDocument } from '../domain/run-document.ts';
import { emailContent, type EmailContent } from './email-content.ts';
import { emailHtml } from './email-html.ts';

/** One message to one receiver. */
export interface EmailMessage {
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  messageId: string;
  references: string;
  headers: Readonly<Record<string, string>>;
}

/**
 * The message about the end of a run: plain text and HTML, which say the same. The same end has the same `Message-ID`,
 * so that a repetition is known as one, and all ends of a run refer to the same message, so that they are one thread.
 * Texts of callers and of Databricks have no control characters here: they could end a header.
 */
export function emailMessage(document: NotificationDocument, { from, to }: { from: string; to: string }): EmailMessage {
  const content = emailContent(document);
  const domain = /@([^>\s]+)>?$/.exec(from)?.[1] ?? 'localhost';
  return {
    from,
    to,
    subject: content.title,
    text: plainText(content),
    html: emailHtml(content),
    messageId: `<run-${document.id}-${document.attempt}-${document.outcome}@${domain}>`,
    references: `<run-${document.id}@${domain}>`,
    // Out-of-office replies would go to a mailbox that is not read (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}

function plainText({ title, facts, links }: EmailContent): string {
  const width = Math.max(...[...facts, ...links].map(([name]) => name.length)) + 2;
  const lines = [...facts, ...links].map(
    ([name, value]) => `${`${name}:`.padEnd(width)}${value.replaceAll('\n', `\n${' '.repeat(width)}`)}`,
  );
  return `${title}\n\n${lines.join('\n')}\n`;
}
