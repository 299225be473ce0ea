import type { Reach } from './deny-rules.ts';
import { isFileRelation } from './functions.ts';
import type { Token } from './tokens.ts';

/** What a statement that acts does besides, wherever it stands: runs a script, or writes files. */
export function alsoClasses(tokens: readonly Token[]): string[] {
  const also = new Set<string>();
  for (const [index, { key, kind }] of tokens.entries()) {
    const next = tokens[index + 1];
    if (kind !== 'word' || next === undefined) continue;
    if (key === 'USING' && (next.kind === 'string' || next.key === '?' || next.key === ':')) also.add('TRANSFORM');
    if (key === 'DIRECTORY' && (next.kind === 'string' || next.key === 'USING')) also.add('DIRECTORY');
  }
  return [...also];
}

/** Files that it names, and functions that it calls by computed names, as far as words say. */
export function reachedByActing(tokens: readonly Token[]): Reach[] {
  const files: Reach[] = nameChains(tokens)
    .filter(isFileRelation)
    .map((parts) => ({ name: 'read_files', label: `files (${parts.join('.').slice(0, 100)})`, rule: 'file-relation' }));
  const isComputed = tokens.some(({ key }, index) => key === 'IDENTIFIER' && callsResult(tokens, index));
  if (!isComputed) return files;
  return [...files, { name: 'identifier', label: 'a function by a computed name', rule: 'computed-function' }];
}

/** Names with dots between them. */
export function nameChains(tokens: readonly Token[]): string[][] {
  const chains: string[][] = [];
  for (let index = 0; index < tokens.length; index++) {
    const chain: string[] = [];
    while (isName(tokens[index])) {
      chain.push(tokens[index]?.text ?? '');
      if (tokens[index + 1]?.key !== '.' || !isName(tokens[index + 2])) break;
      index += 2;
    }
    if (chain.length > 0) chains.push(chain);
  }
  return chains;
}

function isName(token: Token | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

/** `IDENTIFIER(…)(`: what stands in the parentheses is balanced, or the statement is none. */
function callsResult(tokens: readonly Token[], index: number): boolean {
  if (tokens[index + 1]?.key !== '(') return false;
  let depth = 0;
  for (let at = index + 1; at < tokens.length; at++) {
    if (tokens[at]?.key === '(') depth++;
    if (tokens[at]?.key === ')' && --depth === 0) return tokens[at + 1]?.key === '(';
  }
  return false;
}
