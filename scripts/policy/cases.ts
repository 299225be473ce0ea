import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { Decision } from '../../src/shared/policy/decision.ts';
import { readForm, readPolicy } from './policy-file.ts';
import { askedSchema, requestOf } from './requests.ts';

/** What a decision has to be. What is left out may be anything. */
const expected = z.strictObject({
  allowed: z.boolean(),
  /** The permit that allows it, the forbid that refuses it, or null. */
  rule: z.string().nullable().optional(),
  /** The permit that comes nearest. */
  nearest: z.string().optional(),
  /** A part of what failed in it. */
  failed: z.string().optional(),
});

const casesSchema = z.strictObject({
  /** The policy, by its path from the file. */
  policy: z.string(),
  cases: z.array(z.strictObject({ name: z.string(), request: askedSchema, expect: expected })).min(1),
});

export interface CasesReport {
  passed: number;
  /** What is wrong with each case that failed, and its name. */
  failures: string[];
}

/** Asks a policy about the cases of a file. @throws {UnusableFileError} */
export async function runCases(path: string): Promise<CasesReport> {
  const { policy: policyPath, cases } = await readForm(path, casesSchema);
  const policy = await readPolicy(resolve(dirname(path), policyPath));
  const failures: string[] = [];
  for (const { name, request, expect } of cases) {
    const wrong = wrongWith(policy.decide(await requestOf(request)), expect);
    if (wrong !== undefined) failures.push(`${name}: ${wrong}`);
  }
  return { passed: cases.length - failures.length, failures };
}

function wrongWith(decision: Decision, expect: z.output<typeof expected>): string | undefined {
  const nearest = decision.allowed ? undefined : decision.nearest;
  const failed = nearest?.failed.join('; ') ?? '';
  const got = `${decision.allowed ? 'allowed' : 'refused'} by ${decision.rule ?? 'no rule'}${decision.allowed ? '' : ` (${decision.detail})`}`;
  if (decision.allowed !== expect.allowed) return `expected ${expect.allowed ? 'allowed' : 'refused'}, got ${got}`;
  if (expect.rule !== undefined && decision.rule !== expect.rule) {
    return `expected rule ${expect.rule ?? 'none'}, got ${got}`;
  }
  if (expect.nearest !== undefined && nearest?.rule !== expect.nearest) {
    return `expected ${expect.nearest} to come nearest, got ${nearest?.rule ?? 'none'}`;
  }
  if (expect.failed !== undefined && !failed.includes(expect.failed)) {
    return `expected "${expect.failed}" to have failed, got "${failed}"`;
  }
  return undefined;
}
