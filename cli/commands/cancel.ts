import { defineCommand } from '../command.ts';
import { runSchema } from '../documents.ts';
import { EXIT } from '../exit-codes.ts';
import { followRun, runPath } from '../follow-run.ts';
import { parseDocument } from '../gateway-client.ts';
import { oneLine } from '../printable.ts';

/** Stops a run. */
export const cancel = defineCommand({
  summary: 'Stops a run, and waits until it has stopped.',
  usage: ['cancel ID [OPTIONS]'],
  options: { 'no-wait': { type: 'boolean', help: 'Do not wait.' } },
  operands: { min: 1, max: 1 },
  run: async ({ values, operands: [id = ''], client, terminal }) => {
    const path = runPath(id);
    let { text } = await client.read({ method: 'DELETE', path, isRepeatable: true });
    if (values['no-wait'] !== true && parseDocument(runSchema, text).status !== 'completed') {
      await followRun(id, { client, terminal, cancelsOnInterrupt: false });
      ({ text } = await client.read({ method: 'GET', path, isRepeatable: true }));
    }
    const { status, outcome } = parseDocument(runSchema, text);
    if (values.json === true) terminal.stdout.write(`${text}\n`);
    else terminal.stderr.write(`Run ${id}: ${oneLine(outcome ?? status)}\n`);
    return EXIT.done;
  },
});
