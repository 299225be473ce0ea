import type { EmailContent } from './email-content.ts';

const CELL = 'padding:2px 12px 2px 0;vertical-align:top';

/** The message as HTML: a table that every mail program shows. Whatever it says is text: nothing in it is markup. */
export function emailHtml({ title, facts, links }: EmailContent): string {
  const rows = facts.map(([name, value]) => row(name, `<span style="white-space:pre-wrap">${escaped(value)}</span>`));
  const linkRows = links.map(([name, url]) => row(name, `<a href="${escaped(url)}">${escaped(url)}</a>`));
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<title>${escaped(title)}</title></head><body style="font-family:sans-serif">`,
    `<p><strong>${escaped(title)}</strong></p>`,
    `<table style="border-collapse:collapse">${[...rows, ...linkRows].join('')}</table></body></html>`,
  ].join('\n');
}

function row(name: string, value: string): string {
  return `<tr><th style="${CELL};text-align:left">${escaped(name)}</th><td style="${CELL}">${value}</td></tr>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
