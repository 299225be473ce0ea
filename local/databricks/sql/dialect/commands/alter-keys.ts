import type { TableDetails } from '../../catalog/table-details.ts';
import { SqlError } from '../../sql-error.ts';
import type { AlterClause } from './alter-clause.ts';
import { addKey } from './column-definitions.ts';
import type { CommandContext } from './command.ts';
import type { StatementCursor } from './statement-cursor.ts';

/** `ADD [CONSTRAINT name] PRIMARY KEY …` and `FOREIGN KEY …`. */
export function addConstraint(cursor: StatementCursor, { session }: CommandContext): ReturnType<AlterClause> {
  if (!cursor.accept('add')) return undefined;
  const keys: Pick<TableDetails, 'primaryKey' | 'foreignKeys'> = { primaryKey: undefined, foreignKeys: [] };
  if (!addKey(cursor, keys, session, 'table')) throw cursor.unsupported('ALTER TABLE … ADD');
  return ({ details }) => ({
    details: {
      ...(keys.primaryKey === undefined ? {} : { primaryKey: keys.primaryKey }),
      foreignKeys: [...details.foreignKeys, ...keys.foreignKeys],
    },
  });
}

/** `DROP CONSTRAINT [IF EXISTS] name [CASCADE]` and `DROP PRIMARY KEY [IF EXISTS] [CASCADE]`. */
export function dropConstraint(cursor: StatementCursor): ReturnType<AlterClause> {
  if (cursor.accept('drop', 'primary', 'key')) {
    cursor.accept('if', 'exists');
    if (!cursor.accept('cascade')) cursor.accept('restrict');
    return () => ({ details: { primaryKey: undefined } });
  }
  if (!cursor.accept('drop', 'constraint')) return undefined;
  const ifExists = cursor.accept('if', 'exists');
  const name = cursor.identifier();
  if (!cursor.accept('cascade')) cursor.accept('restrict');
  return ({ details }) => {
    if (details.primaryKey?.name === name) return { details: { primaryKey: undefined } };
    const foreignKeys = details.foreignKeys.filter((key) => key.name !== name);
    if (foreignKeys.length === details.foreignKeys.length && !ifExists)
      throw new SqlError('DELTA_CONSTRAINT_DOES_NOT_EXIST', '42704', `Cannot drop nonexistent constraint ${name}.`);
    return { details: { foreignKeys } };
  };
}
