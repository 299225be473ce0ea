import { expect, it } from 'vitest';
import { askedStatement, classified } from '../../../../src/shared/http/sql/judge-statement.ts';

it.each([
  ['SELECT * FROM s.t', 'main', undefined, ['main']],
  ['SELECT * FROM t', 'main', 's', ['main']],
  ['SELECT * FROM t', 'main', 'other.s', null],
  ['SELECT * FROM t', 'main', '`other`.`s`', null],
  ['SELECT * FROM t', undefined, 's', null],
  ['SELECT * FROM other.s.t', undefined, 'x.s', ['other']],
])('asks about the catalogs of %s, where catalog is %s and schema %s', async (statement, catalog, schema, catalogs) => {
  const given = { parameters: [], catalog, schema };

  expect(askedStatement(await classified(statement), given, 'default').sql?.catalogs).toEqual(catalogs);
});
