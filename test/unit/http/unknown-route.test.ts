import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ROUTES } from '../../../src/routes.ts';
import { problem } from '../../../src/shared/http/problem.ts';
import { unknownRoute } from '../../../src/shared/http/unknown-route.ts';

const SAMPLE = [
  { methods: ['POST'], route: 'runs' },
  { methods: ['GET'], route: 'runs' },
  { methods: ['GET'], route: 'runs/{id}' },
  { methods: ['DELETE'], route: 'runs/{id}' },
  { methods: ['POST'], route: 'sql/statements' },
];

it.each([
  ['PUT', '/api/runs', '/api/runs takes GET, POST, not PUT.', 'GET, POST'],
  ['PATCH', '/api/runs/0a1b', '/api/runs/0a1b takes DELETE, GET, not PATCH.', 'DELETE, GET'],
])('names for %s %s the methods that there are', (method, path, detail, allow) => {
  const error = unknownRoute(method, path, SAMPLE);

  expect(error).toMatchObject({ status: 404, code: 'UNKNOWN_ROUTE', message: detail });
  expect(problem(error, 'r').headers).toMatchObject({ allow });
  expect(JSON.parse(problem(error, 'r').body as string)).not.toHaveProperty('allow');
});

it.each([
  ['/api/run', 'There is no /api/run here. Did you mean /api/runs?'],
  ['/api/sql/statement', 'There is no /api/sql/statement here. Did you mean /api/sql/statements?'],
  ['/api', 'There is no /api here.'],
  ['/api/wp-login.php', 'There is no /api/wp-login.php here.'],
])('is 404 for %s, with what was most likely meant', (path, detail) => {
  expect(unknownRoute('GET', path, SAMPLE)).toMatchObject({ status: 404, code: 'UNKNOWN_ROUTE', message: detail });
});

it('is the last of all functions by its name, which is the order in which Azure tries their routes', () => {
  const own = Array.from(
    readFileSync('src/functions/unknown-route.trigger.ts', 'utf8').matchAll(/httpTrigger\('([^']+)'/g),
    ([, name = '']) => name,
  );
  const names = [...Object.keys(ROUTES), ...own].map((name) => name.toLowerCase());

  expect(names.length).toBeGreaterThan(10);
  expect(names.toSorted().at(-1)).toBe('unknown-route');
});
