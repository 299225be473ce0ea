import { expect, it } from 'vitest';
import { formFields, templateParameters } from '../../../web/views/templates/form-fields.ts';

const FIELDS = formFields({
  required: ['day'],
  properties: {
    full: { type: 'boolean' },
    size: { type: 'integer', default: 3 },
    mode: { enum: ['fast', 7] },
    tables: { type: 'array' },
    day: { type: 'string' },
  },
});

it('asks for each parameter as its schema says, for those that are required first', () => {
  expect(FIELDS.map(({ name, kind, initial }) => [name, kind, initial])).toEqual([
    ['day', 'text', ''],
    ['full', 'check', ''],
    ['size', 'number', '3'],
    ['mode', 'choice', ''],
    ['tables', 'json', ''],
  ]);
});

it('gives JSON values, and leaves out what was left empty', () => {
  expect(templateParameters(FIELDS, {})).toEqual({ day: '', size: 3 });
  const typed = { day: '2026-01-01', full: 'true', size: '9', mode: '7', tables: '["a"]' };
  expect(templateParameters(FIELDS, typed)).toEqual({ day: '2026-01-01', full: true, size: 9, mode: 7, tables: ['a'] });
  expect(() => templateParameters(FIELDS, { tables: '[' })).toThrow(/^tables: /);
});

it('keeps the digits of a number that JavaScript has none for', () => {
  expect(JSON.stringify(templateParameters(FIELDS, { size: '9007199254740993' }))).toBe(
    '{"day":"","size":9007199254740993}',
  );
});
