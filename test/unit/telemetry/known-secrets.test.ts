import { expect, it } from 'vitest';
import { parseJson, stringifyJson } from '../../../src/shared/json.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';

const TOKEN = 'dapiPLANTEDTOKEN0123456789abcdef';

function redactor() {
  const made = createRedactor();
  made.register(TOKEN);
  return made;
}

it('takes registered secrets out of every text of an answer, whatever the depth, and keeps numbers and names', () => {
  const answer = parseJson(
    `{"state":{"state_message":"Bearer ${TOKEN}"},"tasks":[{"deep":[["x${TOKEN}y${TOKEN}"]]}],` +
      `"escaped":"\\u0064${TOKEN.slice(1)}","id":12345678901234567890,"plain":"as it is"}`,
  );

  const text = stringifyJson(redactor().json(answer));

  expect(text).toBe(
    '{"state":{"state_message":"Bearer [redacted]"},"tasks":[{"deep":[["x[redacted]y[redacted]"]]}],' +
      '"escaped":"[redacted]","id":12345678901234567890,"plain":"as it is"}',
  );
});

it('takes out the forms in which a secret travels', () => {
  const made = createRedactor();
  made.register('planted/secret+value==');

  expect(made.data(`${encodeURIComponent('planted/secret+value==')} ${btoa('planted/secret+value==')}`)).toBe(
    '[redacted] [redacted]',
  );
});

it('takes a secret with quotes and backslashes out of JSON text', () => {
  const made = createRedactor();
  made.register('planted"secret\\value');

  expect(made.data(JSON.stringify({ detail: 'It is planted"secret\\value.' }))).toBe('{"detail":"It is [redacted]."}');
});

it('lets what only looks like a secret stand in the texts of others, however long they are', () => {
  const text = `Bearer abc.def ?token=mine ${'long '.repeat(10_000)}`;

  expect(redactor().data(text)).toBe(text);
  expect(redactor().json(text)).toBe(text);
});

it('lets short secrets, and names that are words, stand in the texts of others', () => {
  const made = createRedactor();
  made.register('short-one');
  made.register('databricks', { isWord: true });

  expect(made.data('short-one of databricks')).toBe('short-one of databricks');
  expect(made.text('short-one of databricks')).toBe('[redacted] of [redacted]');
});

it('reads five megabytes of many texts in time that grows with their length only', () => {
  const made = createRedactor();
  for (let index = 0; index < 300; index++) made.register(`dapi-planted-token-of-the-hour-${index}`);
  const texts = Array.from({ length: 200_000 }, (_, index) => `line ${index} of the log 0123`);
  texts.push('dapi-planted-token-of-the-hour-299');

  const redacted = made.json(texts) as string[];

  expect(redacted[0]).toBe('line 0 of the log 0123');
  expect(redacted.at(-1)).toBe('[redacted]');
});
