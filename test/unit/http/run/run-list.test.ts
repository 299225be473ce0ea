import { expect, it } from 'vitest';
import { COMMANDS } from '../../../../cli/commands.ts';
import { inputSchemaOf } from '../../../../src/shared/mcp/input-schema.ts';
import { LIST_PARAMETERS } from '../../../../src/shared/http/query-parameters.ts';
import { listRuns } from '../../../../src/shared/mcp/tools/list-runs.ts';

const ofTool = Object.keys(inputSchemaOf(listRuns.schema).properties ?? {});
const ofCommand = Object.keys(COMMANDS.list.options).map((name) => name.replaceAll('-', '_'));

it.each([
  ['the tool of agents', ofTool],
  ['the command of the terminal', ofCommand],
])('takes by %s what the query of a list takes', (_what, names) => {
  expect(names.toSorted()).toEqual(Object.keys(LIST_PARAMETERS).toSorted());
});
