import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = fileURLToPath(new URL('../../scripts/run.mjs', import.meta.url));

/** How `node ARGUMENTS` ended, and what it said. */
async function outcomeOf(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, args).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );
}

it('says in a sentence what to do where install scripts are off, so that Node is an older one', async () => {
  const older = `Object.defineProperty(process.versions, 'node', { value: '20.1.0' }); import(${JSON.stringify(pathToFileURL(run).href)})`;
  const { code, stderr } = await outcomeOf(['-e', older]);

  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^This takes the project's own Node 24, and this is Node 20\.1\.0: .*npm rebuild node[^\n]*\n$/,
  );
});

it('says in a sentence that the packages are not installed, or others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'no-packages-'));
  await mkdir(join(folder, 'scripts'));
  await copyFile(run, join(folder, 'scripts/run.mjs'));
  await copyFile('package.json', join(folder, 'package.json'));

  expect(await outcomeOf([join(folder, 'scripts/run.mjs'), 'local/start.ts'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'The packages are not installed: run `npm ci` first.\n',
  });

  // As after a pull that brought a package.
  await mkdir(join(folder, 'node_modules'));
  await cp('node_modules/zod', join(folder, 'node_modules/zod'), { recursive: true });
  expect((await outcomeOf([join(folder, 'scripts/run.mjs'), 'local/start.ts'])).stderr).toMatch(
    /^The packages are not those of package\.json \(.+ should be \d.*\): run `npm ci` first\.\n$/,
  );
  await rm(folder, { recursive: true });
});

it.concurrent.each(['local/start.ts', 'local/demo.ts', 'local/databricks/main.ts', 'scripts/build.ts'])(
  '%s has a --help, and refuses what it does not know',
  async (program) => {
    const help = await outcomeOf([run, program, '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/^usage: npm /);

    const unknown = await outcomeOf([run, program, '--hepl']);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toMatch(/^Unknown option '--hepl'\.\n\nusage: npm /);
  },
);
