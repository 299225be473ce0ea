import { unsupported } from '../../sql-error.ts';
import type { Expr, PathStep } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { nameIn } from './names.ts';
import { primaryIn } from './parse-primary.ts';
import { typeIn } from './parse-type.ts';

/** A primary expression with what follows it: fields, subscripts, paths, casts. */
export function postfixIn(cursor: Cursor): Expr {
  let operand = primaryIn(cursor);
  for (;;) {
    const next = postfixOf(cursor, operand);
    if (next === undefined) return operand;
    operand = next;
  }
}

function postfixOf(cursor: Cursor, operand: Expr): Expr | undefined {
  if (cursor.takeSymbol('[')) {
    const index = cursor.expression();
    cursor.expectSymbol(']');
    return { kind: 'subscript', operand, index };
  }
  if (cursor.isSymbol('.')) return fieldOf(cursor, operand);
  if (cursor.takeSymbol('::')) return { kind: 'cast', operand, type: typeIn(cursor), tolerant: false };
  if (cursor.takeSymbol('?::')) return { kind: 'cast', operand, type: typeIn(cursor), tolerant: true };
  if (cursor.isSymbol(':')) return pathOf(cursor, operand);
  if (cursor.isWord('COLLATE')) throw unsupported('COLLATE');
  return undefined;
}

function fieldOf(cursor: Cursor, operand: Expr): Expr {
  cursor.expectSymbol('.');
  return { kind: 'field', operand, name: nameIn(cursor) };
}

/** `: path`. A further colon goes on with the path, as in `raw:a:b`. */
function pathOf(cursor: Cursor, operand: Expr): Expr {
  cursor.expectSymbol(':');
  const first = stepIn(cursor);
  if (first === undefined) throw cursor.unexpected();
  const steps: PathStep[] = [first.step];
  let { name } = first;
  while (cursor.isSymbol('.') || cursor.isSymbol('[') || cursor.isSymbol(':')) {
    if (!cursor.isSymbol('[')) cursor.next();
    const following = stepIn(cursor);
    if (following === undefined) throw cursor.unexpected();
    steps.push(following.step);
    if (following.name) name = following.name;
  }
  return { kind: 'path', operand, steps, name };
}

/** A step and the name that it gives its column. */
function stepIn(cursor: Cursor): { step: PathStep; name: string } | undefined {
  const token = cursor.peek();
  if (token.kind === 'word' || token.kind === 'quoted') {
    const name = nameIn(cursor);
    return { step: { field: name, exact: token.kind === 'quoted' }, name };
  }
  if (!cursor.takeSymbol('[')) return undefined;
  const inner = cursor.next();
  cursor.expectSymbol(']');
  if (inner.kind === 'string') return { step: { field: inner.value, exact: true }, name: inner.value };
  if (inner.kind === 'number' && /^\d+$/.test(inner.value)) return { step: { index: Number(inner.value) }, name: '' };
  return inner.kind === 'symbol' && inner.value === '*' ? { step: 'all', name: '' } : undefined;
}
