import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { apiReference } from '../../../../scripts/api/reference.ts';
import { appRoutes } from '../../../../scripts/api/described-routes.ts';
import { OUTCOMES } from '../../../../src/shared/domain/outcome.ts';
import { STATUS_OF_CODE } from '../../../../src/shared/http/error-table.ts';

const page = await apiReference();

it('is what docs/api.md holds: node scripts/api-reference.ts writes it', () => {
  expect(readFileSync('docs/api.md', 'utf8')).toBe(page);
});

it('has every route, every outcome and every code', async () => {
  const routes = await appRoutes();

  for (const { methods, route } of routes) expect(page).toContain(`### ${methods[0]} /api/${route}\n`);
  for (const outcome of OUTCOMES) expect(page).toContain(`| \`${outcome}\` |`);
  for (const [code, status] of Object.entries(STATUS_OF_CODE)) expect(page).toContain(`| ${status} | \`${code}\` |`);
});

it('leads only to headings that it has', () => {
  const headings = new Set(
    [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
  const targets = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target);

  expect(targets.length).toBeGreaterThan(50);
  expect(targets.filter((target) => !headings.has(target ?? ''))).toEqual([]);
});
