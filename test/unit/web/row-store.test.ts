import { expect, it } from 'vitest';
import { RowStore } from '../../../web/views/sql/row-store.ts';

it('keeps the rows of a stream that breaks anywhere, and parses the one that is looked at', () => {
  const text = Array.from({ length: 1_000 }, (_, n) => `{"n":${n},"text":"row\\n${n}"}\n`).join('');
  for (const size of [1, 7, 64, 100_000]) {
    const rows = new RowStore();
    for (let at = 0; at < text.length; at += size) rows.add(text.slice(at, at + size));

    expect(rows.count).toBe(1_000);
    expect([0, 1, 499, 998, 999].map((index) => rows.row(index))).toEqual(
      [0, 1, 499, 998, 999].map((n) => ({ n, text: `row\n${n}` })),
    );
    expect(rows.row(1_000)).toBeUndefined();
  }
});

it('is full by what has come of a row that does not end, too', () => {
  const rows = new RowStore(20);
  rows.add('{"n":1}\n{"text":"');
  expect(rows.isFull).toBe(false);
  rows.add('xxxxx');
  expect([rows.isFull, rows.count]).toEqual([true, 1]);
});

it('counts no row that has not come whole, and forgets the last one where that is asked for', () => {
  const rows = new RowStore();
  rows.add('{"n":1}\n{"n":2}\n{"n"');
  expect(rows.count).toBe(2);
  rows.add(':3}\n');
  rows.dropLast();
  expect(rows.count).toBe(2);
  rows.dropLast();
  rows.dropLast();
  expect([rows.count, rows.row(0)]).toEqual([0, undefined]);
});
