import type { Token } from './tokens.ts';

/** Thrown by the grammar where a statement acts; `name` of the class is `statementClass`. */
export class ActingError extends Error {
  override readonly name = 'ActingError';
  readonly statementClass: string;
  constructor(statementClass: string) {
    super(`A statement of class ${statementClass}.`);
    this.statementClass = statementClass;
  }
}

/** What each word of a write is followed by; no read has them side by side. */
const WRITES: Readonly<Record<string, ReadonlySet<string>>> = {
  INSERT: new Set(['INTO', 'OVERWRITE']),
  MERGE: new Set(['INTO']),
};

/**
 * The second reading of a statement, by its words alone: the class of what acts in it, wherever it stands. Every script
 * transform has USING before a string or a parameter, every INSERT and MERGE has INTO, OVERWRITE or WITH SCHEMA
 * EVOLUTION; UPDATE and DELETE stand only where the grammar looks for them.
 * @see https://github.com/apache/spark/blob/v4.0.1/sql/api/src/main/antlr4/org/apache/spark/sql/catalyst/parser/SqlBaseParser.g4
 */
export function actingWords(tokens: readonly Token[]): string | undefined {
  for (const [index, { key, kind }] of tokens.entries()) {
    const next = tokens[index + 1];
    if (kind !== 'word' || next === undefined) continue;
    if (key === 'USING' && (next.kind === 'string' || next.key === '?' || next.key === ':')) return 'TRANSFORM';
    const evolves = next.key === 'WITH' && tokens[index + 2]?.key === 'SCHEMA';
    if (Object.hasOwn(WRITES, key) && (WRITES[key]?.has(next.key) === true || evolves)) return key;
    // Spark has no such thing, other servers have.
    if (key === 'DELETE' && next.key === 'FROM' && tokens[index - 1]?.key === '(') return key;
  }
  return undefined;
}
