import { duckdbName, relationName } from '../../catalog/relation-name.ts';
import { unresolvedColumn, wrongKind } from '../../errors.ts';
import type { Plan } from '../../engine/plan.ts';
import { unsupported } from '../../sql-error.ts';
import { alter } from './alter-table.ts';
import type { CommandContext } from './command.ts';
import { columnCommentStatement, detailsStatement } from './comments.ts';
import { createTable } from './create-table.ts';
import { createView } from './create-view.ts';
import { StatementCursor } from './statement-cursor.ts';

/** The plan of a statement that defines, changes or drops tables and views. */
export function definition(text: string, context: CommandContext): Plan {
  const cursor = new StatementCursor(text);
  if (cursor.accept('create')) return create(cursor, context);
  if (cursor.accept('alter', 'table')) return alter('table', cursor, context);
  if (cursor.accept('alter', 'view')) return alter('view', cursor, context);
  if (cursor.accept('comment', 'on')) return commentOn(cursor);
  if (cursor.accept('drop')) return drop(cursor);
  if (cursor.accept('truncate', 'table')) return truncate(cursor, context);
  throw cursor.unsupported();
}

function create(cursor: StatementCursor, context: CommandContext): Plan {
  const isReplacing = cursor.accept('or', 'replace');
  if (cursor.accept('table')) return createTable(cursor, isReplacing, context);
  const isTemporary = cursor.accept('temporary') || cursor.accept('temp');
  if (cursor.accept('view')) return createView(cursor, { isReplacing, isTemporary }, context);
  throw cursor.unsupported(isTemporary ? 'CREATE TEMPORARY' : 'CREATE');
}

function commentOn(cursor: StatementCursor): Plan {
  const what = cursor.take().toLowerCase();
  if (!['table', 'view', 'column'].includes(what)) throw unsupported(`COMMENT ON ${what.toUpperCase()}`);
  const parts = cursor.name(what === 'column' ? 4 : 3);
  cursor.expect('is');
  const comment = cursor.accept('null') ? undefined : cursor.string();
  cursor.end();
  return what === 'column' ? columnComment(parts, comment) : tableComment(parts, comment);
}

function tableComment(parts: string[], comment: string | undefined): Plan {
  return {
    kind: 'command',
    verb: 'comment',
    async resolve(reader) {
      const relation = await reader.require(parts);
      const details = { ...relation.details, comment, alteredMs: Date.now() };
      return { kind: 'command', verb: 'comment', sql: detailsStatement(relation.kind, relation, details) };
    },
  };
}

function columnComment(parts: string[], comment: string | undefined): Plan {
  const column = parts.at(-1) ?? '';
  return {
    kind: 'command',
    verb: 'comment',
    async resolve(reader) {
      const relation = await reader.require(parts.slice(0, -1));
      const columns = await reader.columns(relation);
      const known = columns.find(({ name }) => name.toLowerCase() === column.toLowerCase());
      if (known === undefined) throw unresolvedColumn(column, columns.map(({ name }) => `"${name}"`).join(', '));
      return { kind: 'command', verb: 'comment', sql: columnCommentStatement(relation, known.name, comment) };
    },
  };
}

function drop(cursor: StatementCursor): Plan {
  const kind = cursor.take().toLowerCase();
  if (kind !== 'table' && kind !== 'view') throw unsupported(`DROP ${kind.toUpperCase()}`);
  const ifExists = cursor.accept('if', 'exists');
  const parts = cursor.name();
  cursor.accept('purge');
  cursor.end();
  return {
    kind: 'command',
    verb: `drop_${kind}`,
    async resolve(reader) {
      const relation = ifExists ? await reader.find(parts) : await reader.require(parts);
      if (relation === undefined) return { kind: 'command', verb: `drop_${kind}` };
      if (relation.kind !== kind) throw wrongKind(relation.name, relation.kind, kind);
      return {
        kind: 'command',
        verb: `drop_${kind}`,
        sql: `DROP ${kind.toUpperCase()} ${duckdbName(relation)}`,
        ...(relation.isTemporary ? { apply: ({ views }) => void views.delete(relation.name) } : {}),
      };
    },
  };
}

function truncate(cursor: StatementCursor, { session }: CommandContext): Plan {
  const parts = cursor.name();
  if (cursor.accept('partition')) throw unsupported('TRUNCATE TABLE … PARTITION');
  cursor.end();
  return { kind: 'command', verb: 'truncate', sql: `TRUNCATE ${duckdbName(relationName(parts, session))}` };
}
