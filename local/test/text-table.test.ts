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
