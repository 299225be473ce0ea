import { aggregate, type Example, type Form, type SqlFunction } from './function.ts';

/** An aggregate of one form, which is NULL for no rows. */
export const simple = (
  name: string,
  takes: Form['takes'],
  returns: Form['returns'],
  sql: string,
  examples: readonly Example[],
  aliases: readonly string[] = [],
): SqlFunction => aggregate(name, { takes, returns, sql, nullable: true }, examples, { aliases });
