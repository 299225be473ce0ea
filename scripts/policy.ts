import { readCommandLine } from '../local/command-line.ts';
import { runCases } from './policy/cases.ts';
import { readForm, readPolicy, UnusableFileError } from './policy/policy-file.ts';
import { askedSchema, requestOf } from './policy/requests.ts';

const HELP = `Asks a policy file, by the gateway's own code and without starting it.

  npm run policy -- test CASES...
      Asks about the cases of files, and prints those that are decided otherwise than expected. Ends with 1 if any is.
  npm run policy -- explain --policy FILE --request FILE
      Prints the decision, the rule or what came nearest, and the request as it is compared.
  npm run policy -- check FILE
      Says whether a file is a policy, and where not.

docs/policy.md has the form of the files.`;

/** The exit status of wrong use; 1 is that of a case or a request. */
const MISUSE = 2;

/** Wrong use of the command. */
class UsageError extends Error {}

const OPTIONS = { policy: { type: 'string' }, request: { type: 'string' } } as const;

async function main(
  [command, ...files]: readonly string[],
  values: { policy?: string | undefined; request?: string | undefined },
): Promise<number> {
  if (command === undefined) {
    console.log(HELP);
    return MISUSE;
  }
  const flags = [values.policy, values.request].filter((value) => value !== undefined).length;
  if (command === 'test' && files.length > 0 && flags === 0) return test(files);
  if (command === 'check' && files.length === 1 && flags === 0) {
    await readPolicy(files[0] ?? '');
    console.log(`${files[0]} is a policy.`);
    return 0;
  }
  if (command === 'explain' && files.length === 0 && values.policy !== undefined && values.request !== undefined) {
    return explain(values.policy, values.request);
  }
  throw new UsageError(`This is no command: ${process.argv.slice(2).join(' ')}`);
}

async function test(files: readonly string[]): Promise<number> {
  let failed = 0;
  for (const file of files) {
    const { passed, failures } = await runCases(file);
    for (const failure of failures) console.log(`${file}: ${failure}`);
    console.log(`${file}: ${passed} passed, ${failures.length} failed`);
    failed += failures.length;
  }
  return failed === 0 ? 0 : 1;
}

async function explain(policyPath: string, requestPath: string): Promise<number> {
  const policy = await readPolicy(policyPath);
  const request = await requestOf(await readForm(requestPath, askedSchema));
  const decision = policy.decide(request);
  const { action, workspace, owner, run, repair, sql } = request;
  console.log(JSON.stringify({ decision, request: { action, workspace, owner, run, repair, sql } }, null, 2));
  return decision.allowed ? 0 : 1;
}

try {
  const given = readCommandLine({ usage: HELP, options: OPTIONS, allowPositionals: true, misuseStatus: MISUSE });
  if (given !== undefined) process.exitCode = await main(given.positionals, given.values);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof UnusableFileError)) throw error;
  console.error(error.message);
  if (error instanceof UsageError) console.error(`\n${HELP}`);
  process.exitCode = MISUSE;
}
