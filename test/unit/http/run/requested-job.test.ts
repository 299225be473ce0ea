import { expect, it } from 'vitest';
import { requestedJob } from '../../../../src/shared/http/run/requested-job.ts';
import { routeValue } from '../../../../src/shared/http/route-value.ts';

function job(params: Record<string, string>, query = '') {
  return requestedJob({ params, query: new URLSearchParams(query) });
}

it.each([
  ['7', { id: '7' }],
  ['007', { id: '7' }],
  ['nightly', { name: 'nightly' }],
  ['a/b', { name: 'a/b' }],
  ['a%2Fb%2fc', { name: 'a/b/c' }],
  ['100%25', { name: '100%25' }],
  ['-', { name: '-' }],
])('knows the job that the path calls %s', (given, expected) => {
  expect(job({ job: given })).toEqual(expected);
});

it('takes a name from the query as it is, where the path leaves it to the query', () => {
  expect(job({ job: '-' }, 'name=a%252Fb')).toEqual({ name: 'a%2Fb' });
  expect(job({ job: '-' }, 'name=007')).toEqual({ name: '007' });
});

it.each([
  ['nightly', 'name=other'],
  ['-', 'name='],
])('refuses two names, and an empty one: %s?%s', (path, query) => {
  expect(() => job({ job: path }, query)).toThrow(
    expect.objectContaining({ status: 400, extras: { errors: [expect.objectContaining({ path: '/name' })] } }),
  );
});

it.each([
  ['as the route spells it', { id: 'abc' }],
  ['as the query spells it, which Azure’s host does', { ID: 'abc' }],
  ['beside one of the query', { Id: 'x', id: 'abc' }],
])('finds a value of the route %s', (_how, params) => {
  expect(routeValue({ params }, 'id')).toBe('abc');
});
