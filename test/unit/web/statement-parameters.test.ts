import { expect, it } from 'vitest';
import { markersOf, statementParameters } from '../../../web/views/sql/statement-parameters.ts';

it.each([
  ['SELECT :a, :b_2, :a', ['a', 'b_2']],
  ['SELECT ?, ?', ['1', '2']],
  [`SELECT ':no', "it''s :no", \`:no\` -- :no\n, /* :no ? */ :yes`, ['yes']],
  ['SELECT a::INT, x:y', []],
  ["SELECT 'open :no", ['no']],
  ['', []],
])('finds the markers of %s', (statement, markers) => {
  expect(markersOf(statement)).toEqual(markers);
});

it('gives a value to each marker, by name or by place, with a type where one was chosen', () => {
  expect(statementParameters(['a'], { a: { value: '7', type: 'INT' } })).toEqual([
    { name: 'a', value: '7', type: 'INT' },
  ]);
  expect(statementParameters(['1', '2'], { 2: { value: 'x', type: '' } })).toEqual([{ value: '' }, { value: 'x' }]);
});
