import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const documents = globSync(['README.md', 'docs/**/*.md', 'local/**/README.md', 'bench/**/README.md'], {
  exclude: ['**/node_modules/**'],
});

it('names only npm scripts that exist', () => {
  const scripts = new Set(Object.keys(packageJson.scripts));
  const named = documents.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/(?:`|^|&& )npm (?:run )?(?:--silent )?([a-z][\w:-]*)/gm)].map(
      ([, script]) => `${file}: ${script}`,
    ),
  );
  const npmOwn = new Set(['ci', 'install']);

  const unknown = named.filter((entry) => {
    const script = entry.split(': ')[1] ?? '';
    return !scripts.has(script) && !npmOwn.has(script);
  });
  expect(unknown).toEqual([]);
});

it('imports every function in main.ts, the table of contents', () => {
  const main = readFileSync('src/main.ts', 'utf8');
  const registered = globSync('src/functions/*.{http,timer,queue,orchestrator,activity,entity}.ts').map(
    (file) => file.split('/').at(-1) ?? '',
  );

  expect(registered.length).toBeGreaterThan(10);
  expect(registered.filter((file) => !main.includes(`./functions/${file}`))).toEqual([]);
});

it('gives every dependency a line in docs/dependencies.md, and an exact version', () => {
  const text = readFileSync('docs/dependencies.md', 'utf8');
  const all = { ...packageJson.dependencies, ...packageJson.devDependencies };

  expect(Object.keys(all).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  expect(Object.entries(all).filter(([, version]) => !/^\d/.test(version))).toEqual([]);
});

it('tells every setting in docs/operations.md', () => {
  const text = readFileSync('docs/operations.md', 'utf8');
  const settings = Object.keys(
    (JSON.parse(readFileSync('local.settings.example.json', 'utf8')) as { Values: Record<string, string> }).Values,
  );
  const named = (name: string) =>
    [name, name.replace(/_SECRET$/, ''), name.replace(/^.*?__/, '__'), name.replace(/^DATABRICKS_WEBHOOK/, '')].some(
      (form) => text.includes(`\`${form}\``) || text.includes(`\`${form.replace(/_SECRET$/, '')}\``),
    );

  expect(settings.filter((name) => name !== 'FUNCTIONS_WORKER_RUNTIME' && !named(name))).toEqual([]);
});

it('links only to files that exist', () => {
  const broken = documents.flatMap((file) => {
    const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
    return [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, target]) => `${folder}/${target}`)
      .filter((target) => globSync(target).length === 0);
  });

  expect(broken).toEqual([]);
});

it('names no registry host in what is committed', () => {
  const lockfile = readFileSync('package-lock.json', 'utf8');

  expect(lockfile).not.toMatch(/"resolved": "https?:/);
});

/** The registry that the lockfile was made with does not have it. */
const WITHOUT_INTEGRITY = ['node_modules/@databricks/databricks-sql-kernel-win32-x64-msvc'];

it('locks every package by its hash, those of other platforms too', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { integrity?: string; link?: boolean }>;
  };
  const unverified = Object.entries(packages)
    .filter(([path, { integrity, link }]) => path !== '' && link !== true && !/^sha512-.{88}$/.test(integrity ?? ''))
    .map(([path]) => path);

  expect(unverified).toEqual(WITHOUT_INTEGRITY);
});

it('locks the packages of every platform, so that `npm ci` works on each', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const locked = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
  const optional = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));

  expect(optional.filter((name) => !locked.has(name))).toEqual([]);
});
