import { expect, it } from 'vitest';
import { encodedMessage, fitsMessage, messageText } from '../../../src/shared/messages/message-text.ts';

const JSON_TEXT = '{"job":9007199254740993,"name":"Zoë"}';

it.each([
  ['plain text', JSON_TEXT],
  ['base64', Buffer.from(JSON_TEXT).toString('base64')],
  ['base64 in lines', Buffer.from(JSON_TEXT).toString('base64').replaceAll(/.{10}/g, '$&\r\n')],
])('reads %s, digit for digit', (_, message) => {
  expect(messageText(Buffer.from(message))).toBe(JSON_TEXT);
  expect(messageText(message)).toBe(JSON_TEXT);
});

it('leaves what is neither as it is, for the parser to refuse', () => {
  expect(messageText(Buffer.from('no JSON'))).toBe('no JSON');
  expect(messageText(Buffer.from(''))).toBe('');
});

it.each([
  ['bytes', Buffer.from([0x7b, 0xff, 0x7d])],
  ['base64', Buffer.from(Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'))],
])('refuses %s that are not UTF-8', (_, message) => {
  expect(() => messageText(message)).toThrow('not UTF-8');
});

it('refuses what a host has parsed, as its numbers may be others', () => {
  expect(() => messageText({ job: 9007199254740992 })).toThrow('digits');
});

it('writes base64, and text as it is where base64 would not fit', () => {
  const large = `{"text":"${'x'.repeat(60_000)}"}`;
  expect(encodedMessage(JSON_TEXT)).toBe(Buffer.from(JSON_TEXT).toString('base64'));
  expect(encodedMessage(large)).toBe(large);
  expect(fitsMessage(large)).toBe(true);
  expect(fitsMessage('ä'.repeat(40_000))).toBe(false);
});
