import { expect, it } from 'vitest';
import { NO_CALLER_LIMITS } from '../../../../src/shared/domain/caller-limits.ts';
import { CountedStatement } from '../../../../src/shared/http/sql/counted-statement.ts';
import { StatementsAtOnce } from '../../../../src/shared/sql/statements-at-once.ts';

const judged = () => Promise.resolve({ limits: { ...NO_CALLER_LIMITS, concurrentSql: 1 } });

it('refuses a statement while as many of its caller are executed as may be, with the time to come again', async () => {
  const statements = new StatementsAtOnce();
  const first = new CountedStatement(statements, 'a');
  await first.after(judged());

  await expect(new CountedStatement(statements, 'a').after(judged())).rejects.toMatchObject({
    code: 'CALLER_LIMIT_REACHED',
    retryAfterMs: 5_000,
  });
  first.end();
  await expect(new CountedStatement(statements, 'a').after(judged())).resolves.toMatchObject({ limits: {} });
});

it('counts no statement whose client has left before it was judged', async () => {
  const statements = new StatementsAtOnce();
  const gone = new CountedStatement(statements, 'a');
  gone.end();
  await gone.after(judged());

  await expect(new CountedStatement(statements, 'a').after(judged())).resolves.toBeDefined();
});
