import { isName } from './json-scan.ts';

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]/gs;

/**
 * The first name that an object of a valid JSON text has twice: parsers keep the last and drop the others without a word.
 * Takes time in proportion to the text.
 */
export function repeatedName(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (isName(text, index + token.length)) {
      // Names may be written with escapes.
      const name = JSON.parse(token) as string;
      const names = open.at(-1);
      if (names?.has(name) === true) return name;
      names?.add(name);
    }
  }
  return undefined;
}
