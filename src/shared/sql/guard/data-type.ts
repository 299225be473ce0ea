import { name, namePart, seesName } from './names.ts';
import type { TokenCursor } from './token-cursor.ts';

const UNITS_OF_TYPES: ReadonlySet<string> = new Set(['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND']);

/** A type: `DECIMAL(18, 4)`, `ARRAY<STRUCT<a: INT NOT NULL>>`, `INTERVAL DAY TO SECOND`. */
export function dataType(cursor: TokenCursor): void {
  cursor.nested(() => {
    if (cursor.accept('INTERVAL')) interval(cursor);
    else {
      const isStruct = cursor.sees('STRUCT') || cursor.sees('OBJECT');
      namePart(cursor);
      cursor.accept('PRECISION');
      if (cursor.accept('<')) {
        if (!cursor.sees('>')) cursor.list(isStruct ? field : dataType);
        cursor.expect('>');
      } else if (!cursor.accept('<>')) size(cursor);
    }
    if (cursor.accept('COLLATE')) name(cursor);
    if (cursor.accept('WITH') || cursor.accept('WITHOUT')) {
      cursor.accept('LOCAL');
      cursor.expect('TIME', 'ZONE');
    }
  });
}

function interval(cursor: TokenCursor): void {
  cursor.acceptOneOf(UNITS_OF_TYPES);
  if (cursor.accept('TO')) cursor.take();
}

function size(cursor: TokenCursor): void {
  if (!cursor.sees('(')) return;
  cursor.parenthesised(() => {
    cursor.accept('-');
    if (cursor.peek().kind !== 'number' && !seesName(cursor)) cursor.fail();
    cursor.take();
  });
}

function field(cursor: TokenCursor): void {
  namePart(cursor);
  cursor.accept(':');
  dataType(cursor);
  for (;;) {
    if (cursor.accept('NOT')) cursor.expect('NULL');
    else if (cursor.accept('COMMENT')) cursor.take();
    else if (cursor.accept('DEFAULT')) cursor.grammar.expression(cursor);
    else return;
  }
}
