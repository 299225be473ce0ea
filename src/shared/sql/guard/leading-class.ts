import type { Token } from './tokens.ts';

/** Statements that read and change nothing. */
export const READ_CLASSES: ReadonlySet<string> = new Set(['SELECT', 'VALUES', 'TABLE', 'SHOW', 'DESCRIBE', 'EXPLAIN']);

/** First words of the other statements that Databricks (and servers like it) know. */
const OTHER_CLASSES: ReadonlySet<string> = new Set(
  (
    'ADD ALTER ANALYZE APPLY ATTACH BEGIN CACHE CALL CHECKPOINT CLEAR CLONE COMMENT COMMIT CONVERT COPY CREATE DECLARE DELETE DENY ' +
    'DETACH DFS DROP EXECUTE EXPORT FSCK GENERATE GET GRANT IMPORT INSERT INSTALL LIST LOAD LOCK LS MERGE MSCK OPTIMIZE PRAGMA ' +
    'PREPARE PUT REFRESH REMOVE REORG REPAIR REPLACE RESET RESTORE REVOKE RM ROLLBACK SET START SYNC TRUNCATE UNCACHE UNDROP ' +
    'UNLOCK UNSET UPDATE USE VACUUM'
  ).split(' '),
);

const WRITES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);
const SCRIPTS = new Set(['MAP', 'REDUCE']);

/**
 * The class of a statement by its words alone: its first word, looked for behind parentheses, `WITH` and `EXPLAIN`.
 * A write inside of a read (`WITH … INSERT`, `FROM … INSERT`, a data-modifying subquery) gives the write's class.
 * `undefined` where the first word begins no statement.
 */
export function leadingClass(tokens: readonly Token[]): string | undefined {
  const start = tokens.findIndex(({ text, kind }) => kind !== 'other' || text !== '(');
  const first = tokens[start];
  if (first?.kind !== 'word') return undefined;
  const rest = tokens.slice(start);
  switch (first.text) {
    case 'EXPLAIN':
      return explained(rest.slice(1));
    case 'DESC':
    case 'DESCRIBE':
      return 'DESCRIBE';
    case 'WITH':
      return leadingClass(afterCommonTables(rest)) ?? 'WITH';
    case 'FROM':
      return rest.some(({ kind, text, depth }) => kind === 'word' && depth === first.depth && text === 'INSERT')
        ? 'INSERT'
        : query('SELECT', rest);
    case 'SELECT':
    case 'VALUES':
    case 'TABLE':
      return query(first.text, rest);
    default:
      if (SCRIPTS.has(first.text)) return 'TRANSFORM';
      return READ_CLASSES.has(first.text) || OTHER_CLASSES.has(first.text) ? first.text : undefined;
  }
}

const EXPLAIN_WORDS = new Set(['ANALYZE', 'CODEGEN', 'COST', 'EXTENDED', 'FORMATTED', 'LOGICAL', 'VERBOSE']);

function explained(tokens: readonly Token[]): string | undefined {
  const start = tokens.findIndex(({ text }) => !EXPLAIN_WORDS.has(text));
  const inner = leadingClass(tokens.slice(start));
  return inner === undefined || READ_CLASSES.has(inner) ? 'EXPLAIN' : inner;
}

/** What follows the common table expressions: the first token after a closing parenthesis that neither goes on with them nor with their heads. */
function afterCommonTables(tokens: readonly Token[]): readonly Token[] {
  const { depth } = tokens[0] as Token;
  const end = tokens.findIndex((token, index) => {
    const next = tokens[index + 1];
    return token.text === ')' && token.depth === depth && next !== undefined && ![',', 'AS', 'MAX'].includes(next.text);
  });
  return end < 0 ? [] : tokens.slice(end + 1);
}

function query(name: string, tokens: readonly Token[]): string {
  for (let index = 0; index < tokens.length; index++) {
    const [previous, token, next] = [tokens[index - 1], tokens[index] as Token, tokens[index + 1]];
    if (token.kind !== 'word') continue;
    const opens = previous?.text === '(' && previous.kind === 'other' && next?.kind === 'word';
    if (opens && WRITES.has(token.text)) return token.text;
    if (token.text === 'TRANSFORM' && previous?.text === 'SELECT' && runsScript(tokens.slice(index + 1)))
      return 'TRANSFORM';
  }
  return name;
}

/** `SELECT TRANSFORM (…) USING 'script'` runs a program; `SELECT transform(array, function)` does not. */
function runsScript(tokens: readonly Token[]): boolean {
  const [open] = tokens;
  if (open?.text !== '(') return false;
  const close = tokens.findIndex(({ text, depth }) => text === ')' && depth === open.depth);
  return ['USING', 'ROW', 'RECORDWRITER'].includes(tokens[close + 1]?.text ?? '');
}
