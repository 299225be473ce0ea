import type { Options } from '../options.ts';
import { defineCommand } from '../command.ts';
import { runPageSchema } from '../documents.ts';
import { EXIT } from '../exit-codes.ts';
import { parseDocument } from '../gateway-client.ts';
import { textTable } from '../text-table.ts';

/** By the names of the query of `GET /api/runs`. */
const FILTERS = {
  status: { type: 'string', value: 'STATUS', help: 'queued, submitting, pending, running or completed.' },
  outcome: { type: 'string', value: 'OUTCOME', help: 'succeeded, failed, timed_out, canceled, …' },
  'submitted-by': { type: 'string', value: 'ID', help: 'The id of a caller.' },
  workspace: { type: 'string', value: 'NAME', help: 'The workspace that they run in.' },
  label: { type: 'string', multiple: true, value: 'NAME:TEXT', help: 'A label that runs have. May be repeated.' },
  'created-after': { type: 'string', value: 'TIME', help: 'As 2026-01-31T00:00:00Z.' },
  'created-before': { type: 'string', value: 'TIME', help: 'As 2026-01-31T00:00:00Z.' },
  limit: { type: 'string', value: 'N', help: 'How many, 1 to 100 (20).' },
  'page-token': { type: 'string', value: 'TOKEN', help: 'The page after this one.' },
} as const satisfies Options;

/** Lists runs. */
export const list = defineCommand({
  summary: 'Lists runs, newest first.',
  usage: ['list [OPTIONS]'],
  options: FILTERS,
  operands: { min: 0, max: 0 },
  run: async ({ values, client, terminal }) => {
    const query = new URLSearchParams();
    for (const name of Object.keys(FILTERS) as (keyof typeof FILTERS)[])
      for (const value of [values[name] ?? []].flat()) query.append(name.replaceAll('-', '_'), value);
    const path = query.size === 0 ? 'runs' : `runs?${query.toString()}`;
    const { text } = await client.read({ method: 'GET', path, isRepeatable: true });
    if (values.json === true) {
      terminal.stdout.write(`${text}\n`);
      return EXIT.done;
    }
    const { runs, next_page_token: next } = parseDocument(runPageSchema, text);
    const rows = runs.map((run) => [
      run.id,
      run.outcome ?? run.status,
      run.created_at?.slice(0, 19),
      run.submitted_by.name,
      run.run_name,
      run.failure?.message.split('\n')[0],
    ]);
    terminal.stdout.write(textTable(['id', 'state', 'created (UTC)', 'by', 'name', 'why'], rows));
    if (next !== undefined) terminal.stderr.write(`There are more: --page-token ${next}\n`);
    return EXIT.done;
  },
});
