import { expect, it } from 'vitest';
import { textTable } from '../text-table.ts';

it('lines up its columns, numbers to the right', () => {
  const rows = [
    [1, 'a', null],
    [10, 'long', { x: 1 }],
  ];
  expect(textTable(['n', 'text', 'any'], rows).split('\n')).toEqual([
    ' n  text  any',
    '--  ----  -------',
    ' 1  a     NULL',
    '10  long  {"x":1}',
  ]);
});

it('is the header alone without rows', () => {
  expect(textTable(['a'], [])).toBe('a\n-');
});

it('leaves out the columns that a narrow terminal has no room for', () => {
  const rows = [['Ideal', 'E', 326, 'a long text that does not fit']];
  const lines = textTable(['cut', 'color', 'price', 'remark'], rows, 40).split('\n');
  expect(lines).toEqual(['cut    color  price  …', '-----  -----  -----  …', 'Ideal  E        326  …']);
});
