import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { DENY_RULES, type DenyRule } from '../src/shared/sql/guard/deny-rules.ts';
import { classOf } from '../src/shared/sql/guard/statement-class.ts';
import { READ_CLASSES } from '../src/shared/sql/guard/statement-words.ts';

/**
 * Judges the SQL guard by a file of statements with the verdict of Spark's own parser, one JSON object a line:
 * `{ "statement": "…", "spark": "query" | "command" | "error", "kind"?: "read-command" | "… (not executed)" | … }`.
 * Prints what the guard made of them, every statement that it got wrong, and which rule refused how many queries; ends
 * with 1 if one that acts passes.
 */
const lineSchema = z.object({
  statement: z.string(),
  spark: z.enum(['query', 'command', 'error']),
  kind: z.string().nullish(),
});

/** What Spark calls a command, though it changes nothing: SHOW, DESCRIBE, EXPLAIN. */
const READING_KIND = /^read-command$|\(not executed\)$/;

/** The refusals of texts that are no reads, beside the rules for reads that reach out. */
const RULES = {
  ...DENY_RULES,
  substitution: "holds '${', which a server may replace before it reads the statement",
} as const satisfies Record<string, string>;

interface Verdict {
  readonly verdict: 'read' | 'refused: reaches out' | 'refused: acts' | 'refused: unreadable';
  readonly why: string;
  /** The documented rule that refused it. */
  readonly rule?: DenyRule | 'substitution';
}

function verdictOf(statement: string): Verdict {
  try {
    const { name, isRead, reaches } = classOf(statement);
    if (isRead) return { verdict: 'read', why: name };
    const [reach] = reaches;
    return READ_CLASSES.has(name) && reach !== undefined
      ? { verdict: 'refused: reaches out', why: reach.label, rule: reach.rule }
      : { verdict: 'refused: acts', why: name };
  } catch (error) {
    const refused = { verdict: 'refused: unreadable', why: (error as Error).message } as const;
    return statement.includes('${') ? { ...refused, rule: 'substitution' } : refused;
  }
}

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('Usage: node scripts/check-sql-guard.ts FILE (JSON lines of statement, spark, kind)');
  process.exit(2);
}

const counts = new Map<string, number>();
const byRule = new Map<string, number>();
const passed: string[] = [];
const notRead: string[] = [];
let slowestMs = 0;
const increase = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
for await (const line of createInterface({ input: createReadStream(file) })) {
  if (line.trim() === '') continue;
  const { statement, spark, kind } = lineSchema.parse(JSON.parse(line));
  const sparksVerdict = spark === 'command' && READING_KIND.test(kind ?? '') ? 'command that reads' : spark;
  const startedMs = performance.now();
  const { verdict, why, rule } = verdictOf(statement);
  slowestMs = Math.max(slowestMs, performance.now() - startedMs);
  increase(counts, `${sparksVerdict} → ${verdict}`);
  if (sparksVerdict === 'query' && rule !== undefined) increase(byRule, rule);
  const shown = `${verdict} (${why}): ${statement.replaceAll(/\s+/g, ' ').slice(0, 300)}`;
  if (sparksVerdict === 'command' && verdict === 'read') passed.push(shown);
  if (sparksVerdict === 'query' && verdict !== 'read')
    notRead.push(`${rule === undefined ? 'by no rule' : rule}: ${shown}`);
}

for (const statement of passed) console.log(`Acts and passes: ${statement}`);
for (const statement of notRead.toSorted()) console.log(`A query that does not pass, ${statement}`);
for (const [count, times] of [...counts].toSorted(([a], [b]) => a.localeCompare(b))) console.log(`${times} ${count}`);
const queries = (counts.get('query → read') ?? 0) + notRead.length;
const reads = queries - notRead.length;
const ruled = [...byRule.values()].reduce((sum, times) => sum + times, 0);
const share = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`;
console.log(`Refused by a documented rule: ${ruled} of ${queries} queries`);
for (const [rule, what] of Object.entries(RULES)) console.log(`  ${byRule.get(rule) ?? 0} ${rule}: ${what}`);
console.log(`Passed: ${reads} of ${queries} queries, ${share(reads, queries)}`);
console.log(`Passed of those that no rule refuses: ${reads} of ${queries - ruled}, ${share(reads, queries - ruled)}`);
console.log(`Acting statements that pass: ${passed.length}`);
console.log(`Slowest: ${slowestMs.toFixed(0)} ms`);
process.exitCode = passed.length > 0 ? 1 : 0;
