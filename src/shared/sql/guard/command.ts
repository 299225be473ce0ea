import { isFileRelation } from './functions.ts';
import { namePart, reachFiles, seesName } from './names.ts';
import { seesQuery } from './query-start.ts';
import type { TokenCursor } from './token-cursor.ts';

/** What SHOW can list; a word that is not here is taken for a mistake. */
const SHOWN: ReadonlySet<string> = new Set(
  [
    'ALL ARCHIVES CATALOG CATALOGS CLEAN COLLATIONS COLUMN COLUMNS COMPACTIONS CONF CONNECTION CONNECTIONS CREATE CREDENTIAL CREDENTIALS',
    'CURRENT DATABASE DATABASES DBS EFFECTIVE EXTERNAL FILES FUNCTION FUNCTIONS GRANT GRANTS GROUP GROUPS INDEX INDEXES JARS KEYWORDS',
    'LOCATIONS LOCKS MATERIALIZED METADATA MODEL MODELS NAMESPACE NAMESPACES PARTITION PARTITIONS POLICIES POLICY PRINCIPALS PROCEDURE',
    'PROCEDURES PROVIDER PROVIDERS RECIPIENT RECIPIENTS ROLE ROLES SCHEMA SCHEMAS SERVICE SHARE SHARES STAGING STORAGE STREAMING',
    'SYSTEM TABLE TABLES TAGS TBLPROPERTIES TRANSACTIONS USER USERS VARIABLES VIEW VIEWS VOLUME VOLUMES WAREHOUSES',
  ].flatMap((words) => words.split(' ')),
);
const SIGNS: ReadonlySet<string> = new Set([
  '.',
  ',',
  '(',
  ')',
  '=',
  '*',
  '|',
  '-',
  '?',
  ':',
  '<',
  '>',
  '[',
  ']',
  '@',
  '+',
  '/',
]);

/** `SHOW …`: names, literals and the signs between them. */
export function show(cursor: TokenCursor): void {
  cursor.expect('SHOW');
  if (seesName(cursor) && !cursor.seesOneOf(SHOWN) && !cursor.seesOneOf(SHOWN, 1)) cursor.fail();
  if (!seesName(cursor)) cursor.fail();
  commandTail(cursor);
}

/** `DESCRIBE …` of an object, or of a query. */
export function describe(cursor: TokenCursor): void {
  if (!cursor.accept('DESC')) cursor.expect('DESCRIBE');
  cursor.accept('QUERY');
  if (cursor.sees('(') || (seesQuery(cursor) && !cursor.sees('TABLE'))) return cursor.grammar.query(cursor);
  if (cursor.peek().kind === 'end') cursor.fail();
  const isOfPath = (cursor.sees('DETAIL') || cursor.sees('HISTORY')) && cursor.peek(1).kind === 'string';
  if (isOfPath) reachFiles(cursor, 'file-relation', cursor.peek(1).text);
  if (cursor.accept('FUNCTION')) {
    cursor.accept('EXTENDED');
    // The operators are functions, too.
    while (cursor.peek().kind === 'sign') cursor.take();
  }
  commandTail(cursor);
}

/** Whether a name of two parts comes next that is one of files. */
function seesFormat(cursor: TokenCursor): boolean {
  if (!seesName(cursor) || cursor.peek(1).key !== '.' || !seesName(cursor, 2)) return false;
  return cursor.peek(3).key !== '.' && isFileRelation([cursor.peek().text, cursor.peek(2).text]);
}

function commandTail(cursor: TokenCursor): void {
  let depth = 0;
  let isWithinName = false;
  while (cursor.peek().kind !== 'end') {
    if (depth === 0 && !isWithinName && seesFormat(cursor))
      reachFiles(cursor, 'file-relation', `${cursor.peek().text}.${cursor.peek(2).text}`);
    isWithinName = cursor.sees('.');
    const { kind, key, text } = cursor.peek();
    if (cursor.sees('IDENTIFIER', '(')) namePart(cursor);
    else if (kind === 'sign' && !SIGNS.has(key)) cursor.fail();
    else cursor.take();
    if (key === '(') depth++;
    if (key === ')') depth--;
    if (depth < 0) cursor.fail();
    const isPath = kind === 'string' ? /['"][a-z\d+.-]*:?\//i.test(text) : kind === 'quoted' && isFileRelation([text]);
    if (isPath) reachFiles(cursor, 'file-relation', text);
  }
  if (depth > 0) cursor.fail(') expected');
}
