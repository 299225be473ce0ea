import * as z from 'zod';
import { absentIfNull, list, numeric } from '../../body-schema.ts';
import { OUTCOMES, RUN_STATUSES } from '../../domain/outcome.ts';
import { runListDocument } from '../../http/run/run-list.ts';
import { parseWith } from '../../http/schema-problem.ts';
import { summaryOf } from '../run-output.ts';
import { READS, type Tool } from '../tool.ts';

/** A page of a model's context. */
const MAX_RUNS = 50;

const text = z.string().max(1_000);

/** What the query of `GET /api/runs` takes, which is asked again where the list is made. */
const input = z.strictObject({
  status: absentIfNull(z.enum(RUN_STATUSES).optional()),
  outcome: absentIfNull(z.enum(OUTCOMES).optional()),
  submitted_by: absentIfNull(text.optional().describe('The id of a caller.')),
  workspace: absentIfNull(text.optional().describe('The workspace that they run in.')),
  label: absentIfNull(list(text, 25).optional().describe('Labels that runs have, each as key:value.')),
  created_after: absentIfNull(text.optional().describe('An instant, as 2026-01-31T00:00:00Z.')),
  created_before: absentIfNull(text.optional().describe('An instant, as 2026-01-31T00:00:00Z.')),
  limit: absentIfNull(numeric(z.int().min(1).max(MAX_RUNS)).default(20)),
  page_token: absentIfNull(text.optional().describe('The next_page_token of the page before.')),
});

/** The tool that lists runs. */
export const listRuns: Tool = {
  name: 'list_runs',
  title: 'List runs',
  annotations: READS,
  description: () => 'Lists runs that you may read, newest first, without their outputs: get_run has those.',
  schema: input,
  run: async (given, toolCall) => {
    const { request, context, call, orchestrations } = toolCall;
    const { label = [], ...others } = parseWith(input, given);
    const query = new URLSearchParams(label.map((one): [string, string] => ['label', one]));
    for (const [name, value] of Object.entries(others)) if (value !== undefined) query.set(name, String(value));
    const document = await runListDocument(request, context, orchestrations, { call, query });
    const lines = document.runs.map((run) => summaryOf(run));
    return { summary: lines.length === 0 ? 'There is no such run.' : lines.join('\n'), document };
  },
};
