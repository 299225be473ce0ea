import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { inputSchemaOf } from '../../../src/shared/mcp/input-schema.ts';
import { TOOLS } from '../../../src/shared/mcp/tools.ts';
import { SEED } from '../../support/gateway.ts';

const ID = '0123456789abcdef';

/** Arguments that fit, and arguments that do not. */
const EXAMPLES: Record<string, { fit: object[]; unfit: object[] }> = {
  submit_run: {
    fit: [SEED, { job: 'nightly', wait_seconds: 5 }, { tasks: [{ task_key: 'a' }] }],
    unfit: [{ tasks: {} }],
  },
  run_template: { fit: [{ template: 'greet' }], unfit: [{}, { template: 'greet', path: 'x' }] },
  get_run: {
    fit: [{ id: ID }, { id: ID, wait_seconds: 55 }],
    unfit: [{}, { id: '../x' }, { id: ID, wait_seconds: 56 }],
  },
  cancel_run: { fit: [{ id: ID }], unfit: [{}, { id: ID, force: true }] },
  list_runs: { fit: [{}, { status: 'queued', label: ['a:b'] }], unfit: [{ status: 'lost' }, { limit: 51 }] },
  run_sql: {
    fit: [{ statement: 'SELECT 1' }],
    unfit: [{}, { statement: '' }, { statement: 'SELECT 1', row_limit: 201 }],
  },
  explain_policy: { fit: [{ run: SEED }, { sql: { statement: 'x' } }], unfit: [{ sql: {} }, { other: 1 }] },
};

it.each(TOOLS.map((tool) => [tool.name, tool] as const))(
  'shows what %s takes as the schema that validates it',
  (name, { schema }) => {
    const shown = inputSchemaOf(schema);
    const isShown = new Ajv2020({ strict: false }).compile(shown);
    const { fit, unfit } = EXAMPLES[name]!;

    expect(shown.type).toBe('object');
    expect(JSON.stringify(shown)).not.toContain('$ref');
    expect(JSON.stringify(shown).length).toBeLessThan(16_000);
    expect(fit.map((one) => [isShown(one), schema.safeParse(one).success])).toEqual(fit.map(() => [true, true]));
    expect(unfit.map((one) => [isShown(one), schema.safeParse(one).success])).toEqual(unfit.map(() => [false, false]));
  },
);
