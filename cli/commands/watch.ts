import { defineCommand } from '../command.ts';
import { followRun } from '../follow-run.ts';
import { reportResult } from '../report-result.ts';
import { SUBMIT_OPTIONS } from '../submit.ts';

const { 'cancel-on-interrupt': cancelOnInterrupt } = SUBMIT_OPTIONS;

/** Follows a run that is there already. */
export const watch = defineCommand({
  summary: 'Follows a run to its end, and prints the result of its notebook.',
  usage: ['watch ID [OPTIONS]'],
  options: { 'cancel-on-interrupt': cancelOnInterrupt },
  operands: { min: 1, max: 1 },
  run: async ({ values, operands: [id = ''], client, terminal }) => {
    const { json: asJson = false, 'cancel-on-interrupt': cancelsOnInterrupt = false } = values;
    await followRun(id, { client, terminal, cancelsOnInterrupt });
    return reportResult(id, { client, terminal, asJson });
  },
});
