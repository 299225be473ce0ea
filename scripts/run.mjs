/**
 * Runs a program of the project: `node scripts/run.mjs PROGRAM [ARGUMENT…]`. Plain JavaScript that any Node takes, because
 * everything else is TypeScript, which takes the project's own Node: what is missing is said in a sentence here.
 */
import { readFileSync } from 'node:fs';
import nodeModule from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR = 24;

/** @typedef {{ version?: string, dependencies?: Record<string, string>, devDependencies?: Record<string, string> }} Manifest */

/**
 * What a package.json of the project says; undefined where there is none.
 * @param {string} path
 * @returns {Manifest | undefined}
 */
function manifest(path) {
  try {
    const parsed = /** @type {Manifest} */ (
      JSON.parse(readFileSync(new URL(`../${path}package.json`, import.meta.url), 'utf8'))
    );
    return parsed;
  } catch {
    return undefined;
  }
}

/** Which package is not as package.json has it, as after a pull; undefined where all are. */
function otherPackage() {
  const own = manifest('');
  // `npm:name@version` is a package under another name.
  const wrong = Object.entries({ ...own?.dependencies, ...own?.devDependencies })
    .map(([name, version]) => ({ name, version: version.replace(/^npm:.*@/, '') }))
    .find(({ name, version }) => manifest(`node_modules/${name}/`)?.version !== version);
  if (wrong === undefined) return undefined;
  if (manifest('node_modules/zod/') === undefined) return 'The packages are not installed';
  return `The packages are not those of package.json (${wrong.name} should be ${wrong.version})`;
}

/** What keeps the project from running, and what to do about it; undefined where nothing does. */
function obstacle() {
  const other = otherPackage();
  if (other !== undefined) return `${other}: run \`npm ci\` first.`;
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return undefined;
  return (
    `This takes the project's own Node ${NODE_MAJOR}, and this is Node ${process.versions.node}: an install script brings it, and those are off here. ` +
    'Run `npm rebuild node --ignore-scripts=false`, or put a Node of that version first into PATH.'
  );
}

const reason = obstacle();
if (reason === undefined) {
  // What was compiled is kept from one start to the next: half of the time goes into that.
  nodeModule.enableCompileCache();
  const [program = ''] = process.argv.splice(2, 1);
  const url = new URL(program, new URL('../', import.meta.url));
  process.argv[1] = fileURLToPath(url);
  await import(url.href);
} else {
  console.error(reason);
  process.exitCode = 1;
}
