import { defineCommand } from '../command.ts';
import { jsonObject, jsonOfGiven, PARAMETER_OPTION, parametersJson } from '../parameters.ts';
import { GATEWAY_OPTIONS, gatewayMembers, SUBMIT_OPTIONS, submit } from '../submit.ts';

/** Runs a saved job. */
export const job = defineCommand({
  summary: 'Runs a saved job, shows its states, and prints the result of its notebook.',
  usage: ['job ID_OR_NAME [-p NAME=TEXT]... [OPTIONS]'],
  options: { param: PARAMETER_OPTION, ...GATEWAY_OPTIONS, ...SUBMIT_OPTIONS },
  operands: { min: 1, max: 1 },
  run: ({ values, operands: [named = ''], client, terminal }) => {
    const body = jsonObject([['job_parameters', jsonOfGiven(values.param, parametersJson)], ...gatewayMembers(values)]);
    return submit({ client, terminal, path: `jobs/${jobInPath(named)}`, body, values });
  },
});

/** A name that a path cannot hold goes into the query. */
function jobInPath(named: string): string {
  return /%2f/i.test(named) ? `-/runs?name=${encodeURIComponent(named)}` : `${encodeURIComponent(named)}/runs`;
}
