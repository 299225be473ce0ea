import type { StatementCursor } from './statement-cursor.ts';

/** `('key' = 'value', a.b = 1)`: keys are texts or dotted names, values are texts, numbers or truth values. */
export function tableProperties(cursor: StatementCursor): Record<string, string> {
  const properties: Record<string, string> = {};
  cursor.expect('(');
  do {
    const key = propertyKey(cursor);
    cursor.accept('=');
    properties[key] = cursor.isString() ? cursor.string() : propertyWord(cursor);
  } while (cursor.accept(','));
  cursor.expect(')');
  return properties;
}

/** `('key', a.b)` of UNSET. */
export function propertyKeys(cursor: StatementCursor): string[] {
  const keys: string[] = [];
  cursor.expect('(');
  do keys.push(propertyKey(cursor));
  while (cursor.accept(','));
  cursor.expect(')');
  return keys;
}

function propertyKey(cursor: StatementCursor): string {
  if (cursor.isString()) return cursor.string();
  const parts = [cursor.identifier()];
  while (cursor.accept('.')) parts.push(cursor.identifier());
  return parts.join('.');
}

function propertyWord(cursor: StatementCursor): string {
  const sign = cursor.accept('-') ? '-' : '';
  const word = cursor.take();
  return `${sign}${/^(?:true|false)$/i.test(word) ? word.toLowerCase() : word}`;
}
