import { defineCommand } from '../command.ts';
import { UsageError } from '../failures.ts';
import { countOf } from '../numbers.ts';
import { jsonObject, jsonOfGiven, PARAMETER_OPTION, parametersJson } from '../parameters.ts';
import { readInput } from '../read-input.ts';
import { GATEWAY_OPTIONS, gatewayMembers, SUBMIT_OPTIONS, submit } from '../submit.ts';
import type { Terminal } from '../terminal.ts';
import type { Values } from '../options.ts';

const BODY_OPTIONS = {
  notebook: { type: 'string', value: 'PATH', help: 'Run this notebook.' },
  template: { type: 'string', value: 'NAME', help: 'Run this template of the gateway.' },
  param: PARAMETER_OPTION,
  cluster: { type: 'string', value: 'ID', help: 'The cluster that the notebook runs on; without one, serverless.' },
  name: { type: 'string', value: 'TEXT', help: 'The name of the run.' },
  timeout: { type: 'string', value: 'SECONDS', help: 'How long an attempt may take.' },
  ...GATEWAY_OPTIONS,
} as const;

type BodyValues = Values<typeof BODY_OPTIONS>;

/** Submits a one-time run, or a template's. */
export const run = defineCommand({
  summary: 'Submits a run, shows its states, and prints the result of its notebook.',
  usage: [
    'run --notebook PATH [-p NAME=TEXT]... [OPTIONS]',
    'run --template NAME [-p NAME=TEXT]... [OPTIONS]',
    'run FILE [OPTIONS]      FILE is a body of POST /api/runs; - is standard input',
  ],
  options: { ...BODY_OPTIONS, ...SUBMIT_OPTIONS },
  operands: { min: 0, max: 1 },
  run: async ({ values, operands, client, terminal }) => {
    const { path, body } = await requested(values, operands[0], terminal);
    return submit({ client, terminal, path, body, values });
  },
});

async function requested(values: BodyValues, file: string | undefined, terminal: Terminal) {
  const { notebook, template } = values;
  if ([notebook, template, file].filter((one) => one !== undefined).length !== 1)
    throw new UsageError('Give one of --notebook, --template and a file.');
  if (file !== undefined) return { path: 'runs', body: await bodyOf(values, file, terminal) };
  if (template !== undefined) return templateRequest(template, values);
  return { path: 'runs', body: notebookBody(notebook ?? '', values) };
}

function notebookBody(path: string, values: BodyValues): string {
  const { cluster, name, timeout, param } = values;
  const task = jsonObject([
    ['notebook_path', JSON.stringify(path)],
    ['base_parameters', jsonOfGiven(param, parametersJson)],
  ]);
  return jsonObject([
    ['notebook_task', task],
    ['existing_cluster_id', jsonOfGiven(cluster)],
    ['run_name', jsonOfGiven(name)],
    ['timeout_seconds', jsonOfGiven(timeout, (text) => String(countOf('--timeout', text)))],
    ...gatewayMembers(values),
  ]);
}

function templateRequest(template: string, values: BodyValues) {
  refuse(values, ['cluster', 'name', 'timeout'], 'The template says that itself');
  const body = jsonObject([['parameters', parametersJson(values.param ?? [])], ...gatewayMembers(values)]);
  return { path: `templates/${encodeURIComponent(template)}/runs`, body };
}

/** The file as it is: whatever parses it could lose digits. */
async function bodyOf(values: BodyValues, file: string, terminal: Terminal): Promise<string> {
  refuse(values, Object.keys(BODY_OPTIONS) as (keyof BodyValues)[], 'The file says that itself');
  return readInput(file, terminal);
}

function refuse(values: BodyValues, names: readonly (keyof BodyValues)[], why: string): void {
  const given = names.find((name) => values[name] !== undefined);
  if (given !== undefined) throw new UsageError(`${why}: leave --${given} out.`);
}
