import { expect, it } from 'vitest';
import { z } from 'zod';
import { closed } from '../../../src/shared/schema-wording.ts';
import { emailAddress } from '../../../src/shared/notify/email-address.ts';
import { parseWith } from '../../../src/shared/http/schema-problem.ts';

const schema = closed({
  name: z.string().min(1),
  count: z.number().int().min(1).max(9).optional(),
  kind: z.enum(['a', 'b']).optional(),
  items: z.array(z.string()).min(1).optional(),
  to: z.union([z.literal('submitter'), emailAddress]).optional(),
});

/** What is said of a body. */
function saidOf(body: unknown) {
  try {
    parseWith(schema, body);
    return undefined;
  } catch (error) {
    return error;
  }
}

it.each([
  [{}, '/name', 'It is required.'],
  [{ name: 1 }, '/name', 'Expected text.'],
  [{ name: '' }, '/name', 'It may not be empty.'],
  [{ name: 'n', count: 0 }, '/count', 'At least 1.'],
  [{ name: 'n', count: 10 }, '/count', 'At most 9.'],
  [{ name: 'n', count: 1.5 }, '/count', 'Expected a whole number.'],
  [{ name: 'n', kind: 'c' }, '/kind', 'Expected one of a, b.'],
  [{ name: 'n', items: [] }, '/items', 'It may not be empty.'],
  [{ name: 'n', to: 'nobody' }, '/to', 'Expected an e-mail address.'],
  [{ name: 'n', cuont: 1 }, '/cuont', 'Unknown key. Did you mean count? Known here: name, count, kind, items, to.'],
  [{ name: 'n', webhook: 1 }, '/webhook', 'Unknown key. Known here: name, count, kind, items, to.'],
])('says of %j what is wrong and where, in the detail too', (body, path, message) => {
  expect(saidOf(body)).toMatchObject({
    message: `The body is not right, at ${path}: ${message}`,
    extras: { errors: [{ path, message }] },
  });
});

it('says in the detail how many more there are', () => {
  expect(saidOf({ count: 0, kind: 'c' })).toMatchObject({
    message: 'The body is not right, at /name: It is required. (2 more in errors)',
  });
});
