import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { classOf } from '../src/shared/sql/guard/statement-class.ts';
import { READ_CLASSES } from '../src/shared/sql/guard/statement-words.ts';

/**
 * Judges the SQL guard by a file of statements with the verdict of Spark's own parser, one JSON object a line:
 * `{ "statement": "…", "spark": "query" | "command" | "error", "kind"?: "read-command" | "… (not executed)" | … }`.
 * Prints what the guard made of them and every statement that it got wrong; ends with 1 if one that acts passes.
 */
const lineSchema = z.object({
  statement: z.string(),
  spark: z.enum(['query', 'command', 'error']),
  kind: z.string().nullish(),
});

/** What Spark calls a command, though it changes nothing: SHOW, DESCRIBE, EXPLAIN. */
const READING_KIND = /^read-command$|\(not executed\)$/;

type Verdict = 'read' | 'refused: reaches out' | 'refused: acts' | 'refused: unreadable';

function verdictOf(statement: string): { verdict: Verdict; why: string } {
  try {
    const { name, isRead, reaches } = classOf(statement);
    if (isRead) return { verdict: 'read', why: name };
    const isReach = READ_CLASSES.has(name) && reaches.length > 0;
    return isReach
      ? { verdict: 'refused: reaches out', why: reaches[0]?.label ?? '' }
      : { verdict: 'refused: acts', why: name };
  } catch (error) {
    return { verdict: 'refused: unreadable', why: (error as Error).message };
  }
}

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('Usage: node scripts/check-sql-guard.ts FILE (JSON lines of statement, spark, kind)');
  process.exit(2);
}

const counts = new Map<string, number>();
const passed: string[] = [];
const notRead: string[] = [];
let slowestMs = 0;
for await (const line of createInterface({ input: createReadStream(file) })) {
  if (line.trim() === '') continue;
  const { statement, spark, kind } = lineSchema.parse(JSON.parse(line));
  const sparksVerdict = spark === 'command' && READING_KIND.test(kind ?? '') ? 'command that reads' : spark;
  const startedMs = performance.now();
  const { verdict, why } = verdictOf(statement);
  slowestMs = Math.max(slowestMs, performance.now() - startedMs);
  const count = `${sparksVerdict} → ${verdict}`;
  counts.set(count, (counts.get(count) ?? 0) + 1);
  const shown = `${verdict} (${why}): ${statement.replaceAll(/\s+/g, ' ').slice(0, 300)}`;
  if (sparksVerdict === 'command' && verdict === 'read') passed.push(shown);
  if (sparksVerdict === 'query' && verdict !== 'read') notRead.push(shown);
}

for (const [title, statements] of [
  ['Acts and passes', passed],
  ['A query that does not pass', notRead],
] as const) {
  for (const statement of statements) console.log(`${title}: ${statement}`);
}
for (const [count, times] of [...counts].toSorted(([a], [b]) => a.localeCompare(b))) console.log(`${times} ${count}`);
const queries = [...counts].filter(([count]) => count.startsWith('query')).reduce((sum, [, times]) => sum + times, 0);
const unread = queries - (counts.get('query → read') ?? 0) - (counts.get('query → refused: reaches out') ?? 0);
const share = (part: number) => `${((100 * part) / Math.max(1, queries)).toFixed(2)} %`;
console.log(
  `Of ${queries} queries ${share(unread)} are not read; ${share(notRead.length - unread)} reach out and need a rule.`,
);
console.log(`Slowest: ${slowestMs.toFixed(0)} ms.`);
process.exitCode = passed.length > 0 ? 1 : 0;
