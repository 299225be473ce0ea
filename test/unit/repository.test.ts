import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { FLOORS } from '../../oxlint.config.ts';
import packageJson from '../../package.json' with { type: 'json' };

const documents = globSync(
  ['README.md', 'CONTRIBUTING.md', 'docs/**/*.md', 'local/**/README.md', 'bench/**/README.md'],
  {
    exclude: ['**/node_modules/**'],
  },
);

it('names only npm scripts that exist', () => {
  const scripts = new Set(Object.keys(packageJson.scripts));
  const named = documents.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/(?:`|^|&& )npm (?:run )?(?:--silent )?([a-z][\w:-]*)/gm)].map(
      ([, script]) => `${file}: ${script}`,
    ),
  );
  const npmOwn = new Set(['ci', 'install', 'rebuild', 'pack']);

  const unknown = named.filter((entry) => {
    const script = entry.split(': ')[1] ?? '';
    return !scripts.has(script) && !npmOwn.has(script);
  });
  expect(unknown).toEqual([]);
});

it('names every function in main.ts or routes.ts, the tables of contents', () => {
  const contents = ['src/main.ts', 'src/routes.ts'].map((file) => readFileSync(file, 'utf8')).join('');
  const functions = globSync('src/functions/*.{http,trigger,timer,queue,event-grid,orchestrator,entity,hook}.ts').map(
    (file) => file.split('/').at(-1) ?? '',
  );

  expect(functions.length).toBeGreaterThan(10);
  const unnamed = functions.filter((file) => !contents.includes(`./functions/${file}`));
  expect(unnamed).toEqual(['unknown-route.http.ts']);
});

it('gives every dependency a line in docs/dependencies.md, and an exact version', () => {
  const text = readFileSync('docs/dependencies.md', 'utf8');
  const all = { ...packageJson.dependencies, ...packageJson.devDependencies };

  expect(Object.keys(all).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  expect(Object.entries(all).filter(([, version]) => !/^(npm:node@)?\d/.test(version))).toEqual([]);
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

it('runs on the Node that it brings, and not on the other one', () => {
  expect(process.versions.node).toBe(packageJson.devDependencies.node);
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

it('gives every folder and file of src its floor', () => {
  const names = globSync('src/**/*.ts').map((path) => path.replace(/^src\/(shared\/)?/, '').split('/')[0] ?? '');

  expect(FLOORS.flat().toSorted()).toEqual([...new Set(names)].toSorted());
});

/** What lint says of these files, beside nothing else of the project. */
async function lintOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-lint-'));
  try {
    await mkdir(join(folder, 'scripts'));
    for (const file of ['oxlint.config.ts', 'scripts/lint-rules.ts']) await copyFile(file, join(folder, file));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const lint = promisify(execFile)(process.execPath, [join(process.cwd(), 'node_modules/oxlint/bin/oxlint')], {
      cwd: folder,
    });
    return await lint.then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('refuses an import from a later floor, and a circle of types', async () => {
  const said = await lintOf({
    'src/shared/ledger/row.ts': "import type { Call } from '../http/call.ts';\nexport type Row = Call;\n",
    'src/shared/http/call.ts': 'export type Call = string;\n',
    'local/ship.ts': "import type { Crew } from './crew.ts';\nexport type Ship = Crew[];\n",
    'local/crew.ts': "import type { Ship } from './ship.ts';\nexport type Crew = { ship: Ship };\n",
  });

  expect(said).toContain('ledger imports from the floors before its own only');
  expect(said.match(/Dependency cycle detected/g)).toHaveLength(2);
});

it('refuses a second dialect of TypeScript', async () => {
  const said = await lintOf({
    'local/ship.ts': [
      'const maxCrew = 12;',
      'export class Ship {',
      '  private crew = maxCrew;',
      '  describe(name?: string) {',
      '    return { ...(this.crew > 0 && { crew: this.crew }), name };',
      '  }',
      '}',
      '',
    ].join('\n'),
  });

  expect(said).toContain('SCREAMING_SNAKE_CASE');
  expect(said).toContain('A private member is named `#member`');
  expect(said).toContain('`&&` spreads what the condition is');
  expect(said).toContain('What is exported has a docstring');
});

it('tells contributors of files that exist', () => {
  const paths = [
    ...readFileSync('CONTRIBUTING.md', 'utf8').matchAll(/[` ]((?:src|local|test|docs|scripts)\/[\w./-]*\w)/g),
  ].map(([, path]) => path ?? '');

  expect(paths.length).toBeGreaterThan(15);
  expect(paths.filter((path) => globSync(path.replace('NAME', '*')).length === 0)).toEqual([]);
});
