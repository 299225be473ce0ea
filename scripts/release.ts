import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { readCommandLine } from '../local/command-line.ts';
import { packageApp } from './package-app.ts';
import { releasedChangelog, type VersionPart, nextVersion } from './release-notes.ts';

const USAGE = `usage: npm run release -- major|minor|patch [--yes]

Says what a release would do: the next version, and its section of CHANGELOG.md. With --yes it is done: package.json,
package-lock.json and CHANGELOG.md are written and committed, the commit gets a tag, and .package holds what is deployed.
Nothing is pushed.`;

const PARTS: readonly VersionPart[] = ['major', 'minor', 'patch'];
const FILES = ['package.json', 'package-lock.json', 'CHANGELOG.md'];

const commandLine = readCommandLine({
  usage: USAGE,
  options: { yes: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const part = PARTS.find((each) => each === commandLine?.positionals[0]);
if (commandLine !== undefined && part === undefined) {
  console.error(USAGE);
  process.exitCode = 1;
} else if (commandLine !== undefined && part !== undefined) await release(part, commandLine.values.yes);

async function release(which: VersionPart, isMeant: boolean): Promise<void> {
  const { version: current } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  const version = nextVersion(current, which);
  const released = releasedChangelog(await readFile('CHANGELOG.md', 'utf8'), version, new Date());
  console.log(`${current} -> ${version}\n\n${released.section}`);
  if (!isMeant) {
    console.log('Nothing was done: --yes does it.');
    return;
  }
  if (git('status', '--porcelain') !== '') throw new Error('There are changes that are not committed.');
  for (const file of ['package.json', 'package-lock.json']) {
    const text = await readFile(file, 'utf8');
    // The first in the file is the project's own; in the lockfile it stands once more, for the root of its packages.
    await writeFile(
      file,
      text.replaceAll(`"version": "${current}",\n`, (found, at: number) =>
        at < 400 ? found.replace(current, version) : found,
      ),
    );
  }
  await writeFile('CHANGELOG.md', released.text);
  git('commit', '--quiet', '-m', `release: ${version}`, ...FILES);
  git('tag', '--annotate', `v${version}`, '-m', released.section);
  await packageApp('.package');
  console.log(
    `v${version} is committed and tagged, and .package holds what is deployed. \`git push --follow-tags\` publishes it.`,
  );
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}
