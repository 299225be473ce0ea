import type { OxlintConfig } from 'oxlint';

interface ImportRules {
  patterns?: ({ regex: string; message: string } | { group: string[]; message: string })[];
  paths?: { name: string; message: string; allowTypeImports?: boolean }[];
}

/**
 * The folders and files of `src`, floor by floor. Each may import from the floors before its own, and from itself; nothing
 * imports from a later floor, nor from a neighbour on its own. A new folder takes a place here.
 */
export const FLOORS: readonly (readonly string[])[] = [
  ['async', 'domain', 'errors.ts', 'json-pointer.ts', 'json-scan.ts'],
  ['schema-wording.ts'],
  [
    'body-schema.ts',
    'health',
    'json-repeated-name.ts',
    'json.ts',
    'policy',
    'storage',
    'streaming',
    'telemetry',
    'workflow',
  ],
  ['durable', 'id-text.ts', 'net', 'templates'],
  ['config', 'events'],
  ['admission', 'secrets'],
  ['databricks', 'identity', 'ledger', 'notify'],
  ['documents.ts', 'sql'],
  ['open-policy.ts'],
  ['statements'],
  ['context.ts'],
  ['runs'],
  ['http'],
  ['mcp', 'messages'],
  ['open-templates.ts'],
  ['create-context.ts'],
  ['open-context.ts'],
  ['functions'],
  ['routes.ts'],
  ['main.ts'],
  ['start.ts'],
];

/** The folders of the page, floor by floor, in the same way. Of `src` it takes the types of `domain`, which are the contract. */
export const PAGE_FLOORS = ['api', 'app', 'parts', 'views', 'frame'] as const;

/** What input, output and chance come by; a clock is `Date`. */
const IMPURE = ['process', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'crypto', 'performance'];

const NO_LOCAL = { group: ['**/local/**'], message: 'src never imports the local stack.' };
const NO_HOST = { paths: [{ name: '@azure/functions', message: 'Clients do not know the host.' }] };

/** What some folders may not import, beside what their floor forbids. */
const OWN_RULES: Readonly<Record<string, ImportRules>> = {
  domain: { patterns: [{ regex: '^([^.]|\\.\\./)', message: 'domain imports nothing but itself.' }] },
  policy: {
    patterns: [
      {
        regex: '^([^.z]|z[^o]|zo[^d]|zod.|\\.\\./([^dj]|d[^o]|j[^s]|\\.\\./))',
        message:
          'policy imports domain, JSON and zod only: a decision depends on nothing but the request and the rules.',
      },
    ],
  },
  workflow: {
    patterns: [
      {
        regex: '^([^.d]|d[^u]|du[^r]|\\.\\./([^d]|d[^o]))',
        message: 'workflow imports domain and types of durable-functions only: orchestrations are deterministic.',
      },
    ],
    paths: [{ name: 'durable-functions', allowTypeImports: true, message: 'Types only: the calls are in functions/.' }],
  },
  databricks: NO_HOST,
  identity: NO_HOST,
  ledger: NO_HOST,
  net: NO_HOST,
  notify: NO_HOST,
  secrets: NO_HOST,
  sql: NO_HOST,
  storage: NO_HOST,
  functions: {
    patterns: [
      {
        group: ['undici', '@azure/keyvault-secrets', '@azure/data-tables', '@azure/identity', '@databricks/sql'],
        message: 'functions parse, call shared and respond.',
      },
    ],
  },
};

/** The rules of one folder or file of `src`: it imports from the floors before its own. */
function importRules(room: string, floor: number): NonNullable<OxlintConfig['overrides']>[number] {
  const later = FLOORS.slice(floor)
    .flat()
    .filter((other) => other !== room);
  const { patterns = [], paths = [] } = OWN_RULES[room] ?? {};
  const isOwnFloor = {
    regex: `^\\.\\.?/(\\.\\./)*(shared/)?(${later.map((name) => name.replace('.', '\\.')).join('|')})(/|$)`,
    message: `${room} imports from the floors before its own only: see FLOORS in oxlint.config.ts.`,
  };
  const isTop = ['functions', 'routes.ts', 'main.ts', 'start.ts'].includes(room);
  return {
    files: [`src/${isTop ? '' : 'shared/'}${room}${room.endsWith('.ts') ? '' : '/**/*.ts'}`],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [...(later.length === 0 ? [] : [isOwnFloor]), NO_LOCAL, ...patterns], paths },
      ],
    },
  };
}

/** The rules of one folder of the page. */
function pageImportRules(room: string, floor: number): NonNullable<OxlintConfig['overrides']>[number] {
  const later = PAGE_FLOORS.slice(floor + 1);
  const patterns = [
    {
      regex: '/src/([^s]|shared/([^d]|d[^o]))',
      message: 'The page takes nothing of src but types of the domain.',
    },
    { regex: '/src/', message: 'The page takes types of src alone.', allowTypeImports: true },
    ...(later.length === 0
      ? []
      : [
          {
            regex: `^(\\.\\./)+(${later.join('|')})/`,
            message: `${room} imports from the floors before its own only.`,
          },
        ]),
  ];
  return { files: [`web/${room}/**/*.{ts,tsx}`], rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

export default {
  plugins: ['typescript', 'import', 'unicorn', 'promise', 'vitest', 'node', 'oxc'],
  jsPlugins: ['./scripts/lint-rules.ts'],
  categories: { correctness: 'error', suspicious: 'error', perf: 'error' },
  ignorePatterns: ['dist', 'node_modules', '.local', 'coverage', 'local/databricks/notebooks'],
  env: { node: true, es2025: true },
  rules: {
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/return-await': ['error', 'error-handling-correctness-only'],
    'typescript/only-throw-error': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/strict-boolean-expressions': [
      'error',
      { allowNullableObject: false, allowNullableString: true, allowNullableNumber: false },
    ],
    'typescript/no-unsafe-type-assertion': 'off',
    'typescript/consistent-return': 'off',
    'typescript/no-unnecessary-condition': 'off',
    'project/private-names': 'error',
    'project/conditional-spread': 'error',
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-default-export': 'error',
    'import/no-unassigned-import': 'off',
    'no-console': 'error',
    'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
    complexity: ['error', { max: 20 }],
    'no-await-in-loop': 'off',
    'no-underscore-dangle': 'off',
    'no-shadow': 'error',
    'unicorn/no-array-sort': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'promise/always-return': 'off',
    'promise/avoid-new': 'off',
    'vitest/require-mock-type-parameters': 'off',
  },
  overrides: [
    ...FLOORS.flatMap((rooms, floor) => rooms.map((room) => importRules(room, floor))),
    ...PAGE_FLOORS.map(pageImportRules),
    {
      files: ['web/**/*.{ts,tsx}'],
      env: { node: false, browser: true },
      rules: { 'project/exported-docstring': 'error' },
    },
    {
      files: ['src/**/*.ts'],
      rules: {
        'project/namespace-of-zod': 'error',
        'no-restricted-globals': [
          'error',
          { name: 'process', message: 'Only src/shared/config/env.ts reads the environment.' },
        ],
      },
    },
    { files: ['src/shared/config/env.ts'], rules: { 'no-restricted-globals': 'off' } },
    {
      files: ['src/shared/domain/**/*.ts'],
      rules: {
        'no-restricted-globals': ['error', ...IMPURE],
      },
    },
    {
      files: ['src/shared/policy/**/*.ts'],
      rules: {
        'no-restricted-globals': ['error', 'Date', ...IMPURE],
      },
    },
    {
      files: ['src/shared/workflow/**/*.ts'],
      rules: {
        'no-restricted-globals': ['error', 'Date', ...IMPURE],
        'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
      },
    },
    {
      files: ['src/functions/**/*.ts'],
      rules: { 'max-lines': ['error', { max: 70, skipBlankLines: true, skipComments: true }] },
    },
    {
      files: ['local/**/*.ts', 'scripts/**/*.{ts,mjs}', 'bench/**/*.ts'],
      rules: { 'no-console': 'off' },
    },
    {
      files: ['local/**/*.ts'],
      rules: {
        'project/exported-docstring': 'error',
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                regex: '(^|/)src/',
                message: 'The local stack imports nothing from src.',
                allowTypeImports: true,
              },
            ],
          },
        ],
      },
    },
    {
      files: ['cli/**/*.ts'],
      rules: {
        'project/exported-docstring': 'error',
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                regex: '(^|/)(src|local)/',
                message:
                  'The terminal client is one caller more of the HTTP contract: of the app it knows types alone.',
                allowTypeImports: true,
              },
              {
                regex: '^([^.nz]|n[^o]|z[^o]|zod$)',
                message: 'What is published is one small file: node: and zod/mini only.',
              },
            ],
          },
        ],
      },
    },
    {
      files: ['cli/**/*.ts', 'src/**/*.ts', 'local/**/*.ts', 'scripts/**/*.ts'],
      rules: { 'project/constant-case': 'error' },
    },
    { files: ['*.config.ts', 'scripts/lint-rules.ts'], rules: { 'import/no-default-export': 'off' } },
    {
      files: ['**/*.test.ts', 'test/**/*.ts', 'local/test/**/*.ts', 'local/*/test/**/*.ts'],
      rules: {
        'max-lines': 'off',
        'no-shadow': 'off',
        complexity: 'off',
        'project/exported-docstring': 'off',
        'typescript/no-non-null-assertion': 'off',
        'typescript/strict-boolean-expressions': 'off',
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-member-access': 'off',
        'typescript/no-unsafe-argument': 'off',
        'typescript/no-unsafe-return': 'off',
        'typescript/no-unsafe-call': 'off',
        'no-console': 'off',
      },
    },
  ],
} satisfies OxlintConfig;
