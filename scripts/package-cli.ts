import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCommandLine } from '../local/command-line.ts';
import { bundleCli } from './bundle-cli.ts';

const FILE = 'gateway.js';
const USAGE = `usage: npm run package:cli [-- FOLDER]

Puts the package of the terminal client into FOLDER (.package-cli), which is emptied first.`;

/** Makes the package that is published: one file, and nothing that has to be installed beside it. */
async function packageCli(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await bundleCli(join(folder, FILE));
  await chmod(join(folder, FILE), 0o755);
  await cp('docs/cli.md', join(folder, 'README.md'));
  await cp('LICENSE', join(folder, 'LICENSE'));
  const { version, license } = JSON.parse(await readFile('package.json', 'utf8')) as Record<string, string>;
  const packageJson = {
    name: 'databricks-gateway-cli',
    version,
    description: 'Runs Databricks jobs and SQL through a Databricks Gateway, from a terminal.',
    license,
    type: 'module',
    bin: { gateway: FILE },
    engines: { node: '>=22' },
  };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(packageJson, null, 2)}\n`);
  console.log(`${folder} holds the package of the terminal client`);
}

const asked = readCommandLine({ usage: USAGE, options: {}, allowPositionals: true });
if (asked !== undefined) await packageCli(asked.positionals[0] ?? '.package-cli');
