/**
 * Runs a program of the project: `node scripts/run.mjs PROGRAM [ARGUMENT…]`. Plain JavaScript that any Node takes, because
 * everything else is TypeScript, which takes the project's own Node: what is missing is said in a sentence here.
 */
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR = 24;

/** What keeps the project from running, and what to do about it; undefined where nothing does. */
function obstacle() {
  if (!existsSync(new URL('../node_modules/zod', import.meta.url)))
    return 'The packages are not installed: run `npm ci` first.';
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return undefined;
  return (
    `This takes the project's own Node ${NODE_MAJOR}, and this is Node ${process.versions.node}: an install script brings it, and those are off here. ` +
    'Run `npm rebuild node --ignore-scripts=false`, or put a Node of that version first into PATH.'
  );
}

const reason = obstacle();
if (reason === undefined) {
  const [program = ''] = process.argv.splice(2, 1);
  const url = new URL(program, new URL('../', import.meta.url));
  process.argv[1] = fileURLToPath(url);
  await import(url.href);
} else {
  console.error(reason);
  process.exitCode = 1;
}
