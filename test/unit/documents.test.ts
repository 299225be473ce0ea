import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { appRoutes } from '../../scripts/api/described-routes.ts';
import { settingNames } from '../../src/shared/config/env.ts';
import { STATUS_OF_CODE } from '../../src/shared/http/error-table.ts';

const files = globSync(['README.md', 'CONTRIBUTING.md', 'requests.http', 'docs/*.md']);
const documents = files.map((file) => ({ file, text: readFileSync(file, 'utf8') }));
const routes = (await appRoutes()).flatMap(({ methods, route }) => methods.map((method) => ({ method, route })));

/** Settings and variables of others, which documents tell of too. */
const OF_OTHERS = [
  /^(?:AZURE|ARM|IDENTITY|MSI|WEBSITE|FUNCTIONS|AIRFLOW|DATABRICKS_BUNDLE|SSL|REQUESTS|NODE|NPM|NO|HTTP|HTTPS|APPLICATIONINSIGHTS)_/,
  /^(?:LOCAL_[A-Z_]+|DATABRICKS_CONFORMANCE_WRITES|GATEWAY_[A-Z_]+)$/,
];

it('names only settings that there are', () => {
  const known = new Set([...settingNames(), ...Object.keys(STATUS_OF_CODE)]);
  const sources = globSync([
    'src/**/*.ts',
    'local/**/*.ts',
    'scripts/**/*.ts',
    'cli/**/*.ts',
    'infra/**/*.bicep',
    '*.config.ts',
  ])
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const unknown = documents.flatMap(({ file, text }) =>
    [...text.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g)]
      .map(([, name = '']) => name)
      .filter(
        (name) => !known.has(name) && OF_OTHERS.every((pattern) => !pattern.test(name)) && !sources.includes(name),
      )
      .map((name) => `${file}: ${name}`),
  );

  expect(unknown).toEqual([]);
});

/** The path of a route, with whatever stands for what varies. */
function patternOf(route: string): RegExp {
  return new RegExp(`^/api/${route.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

it('names only routes that there are, with methods that they take', () => {
  const wrong = documents.flatMap(({ file, text }) =>
    [...text.matchAll(/(?:\b(GET|POST|PUT|PATCH|DELETE) )?(?:\{\{gateway\}\})?(\/api\/(?!2\.)[\w$./{}%-]*[\w}])/g)]
      .filter(([, method, path = '']) => {
        const fitting = routes.filter(({ route }) => patternOf(route).test(path.replaceAll(/\{\{.*?\}\}|\$\w+/g, 'x')));
        return fitting.length === 0 || (method !== undefined && !fitting.some((each) => each.method === method));
      })
      .map(([found]) => `${file}: ${found}`),
  );

  expect(wrong).toEqual([]);
});

it('leaves no route out', () => {
  const all = documents.map(({ text }) => text).join('\n');
  const named = new Set([...all.matchAll(/\/api\/[\w$./{}-]*[\w}]/g)].map(([path]) => path));

  expect(routes.filter(({ route }) => ![...named].some((path) => patternOf(route).test(path)))).toEqual([]);
});

it('names only flags that commands know, and leaves none of them out of their own help', () => {
  const scripts: Readonly<Record<string, string>> = packageJson.scripts;
  const wrong = documents.flatMap(({ file, text }) =>
    [...text.matchAll(/npm (?:run )?([a-z:]+) -- ([^`\n]*)/g)].flatMap(([, script = '', rest = '']) => {
      const program = /\S+\.ts\b/.exec(scripts[script] ?? '')?.[0];
      const source = program === undefined ? '' : readFileSync(program, 'utf8');
      return [...rest.matchAll(/--([a-z][a-z-]*)/g)]
        .map(([, flag = '']) => flag)
        .filter((flag) => flag !== 'help' && !source.includes(flag))
        .map((flag) => `${file}: npm run ${script} -- --${flag}`);
    }),
  );

  expect(wrong).toEqual([]);
});
