import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { STATUS_OF_CODE } from '../../../src/shared/http/error-table.ts';

const TITLED = new Set(
  [...readFileSync('src/shared/http/problem.ts', 'utf8').matchAll(/^ {2}(\d{3}): '/gm)].map(([, status]) =>
    Number(status),
  ),
);

/** Everything in `src` but the table itself. */
function sources(): string {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('error-table.ts'))
    .map((name) => readFileSync(`src/${name}`, 'utf8'))
    .join('\n');
}

it('has no code that nothing returns, and a title for each status', () => {
  const text = sources();

  expect(
    Object.keys(STATUS_OF_CODE).filter((code) => !text.includes(`'${code}'`) && !text.includes(` ${code}:`)),
  ).toEqual([]);
  // The client that is gone reads no title.
  expect(Object.values(STATUS_OF_CODE).filter((status) => status !== 499 && !TITLED.has(status))).toEqual([]);
});
