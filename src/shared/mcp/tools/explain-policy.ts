import * as z from 'zod';
import { absentIfNull, object } from '../../body-schema.ts';
import { decide, decisionDocument } from '../../http/authorize.ts';
import { ProblemError } from '../../http/problem.ts';
import { explainRun } from '../../http/run/accept-request.ts';
import { parseRunRequest } from '../../http/run/run-request.ts';
import { parseTemplateCall, templateCall } from '../../http/run/template-request.ts';
import { parseWith } from '../../http/schema-problem.ts';
import { askedStatement, classified } from '../../http/sql/judge-statement.ts';
import { sqlWorkspaceOf } from '../../http/sql/sql-response.ts';
import { templateToRun } from '../../http/template/template-response.ts';
import { guardClass, READ_ONLY_RULE } from '../../sql/guard/statement-guard.ts';
import { READ_CLASSES } from '../../sql/guard/statement-words.ts';
import { StatementRefusedError } from '../../sql/sql-error.ts';
import { waiting } from '../run-output.ts';
import { sqlInput, type SqlInput } from '../sql-input.ts';
import { templateName } from '../template-list.ts';
import { READS, type Tool, type ToolCall } from '../tool.ts';

const input = z.strictObject({
  // Its schema is that of submit_run, and as long.
  run: absentIfNull(object({}).optional().describe('The arguments of submit_run.')),
  template: absentIfNull(
    z
      .strictObject({ ...templateName.shape, ...templateCall.shape, ...waiting.shape })
      .optional()
      .describe('The arguments of run_template.'),
  ),
  sql: absentIfNull(sqlInput.optional().describe('The arguments of run_sql.')),
});

/** The tool that says what the policy would say. */
export const explainPolicy: Tool = {
  name: 'explain_policy',
  title: 'Explain the policy',
  annotations: READS,
  description: () =>
    'Says whether you may run something, and by which rule; or which rule came nearest and what failed in it. Nothing ' +
    'runs. Give one of `run`, `template` and `sql`, each as the tool that runs it takes it.',
  schema: input,
  run: async (given, toolCall) => {
    const { sql } = parseWith(input, given);
    const document = await explained(given, sql, toolCall);
    const { allowed, rule } = document;
    const by = typeof rule === 'string' ? ` by the rule ${rule}` : '';
    return { summary: `${allowed === true ? 'Allowed' : 'Refused'}${by}.`, document };
  },
};

/** `sql` is what the schema has made of that argument; the others are parsed by what would run them. */
async function explained(
  given: Record<string, unknown>,
  sql: SqlInput | undefined,
  toolCall: ToolCall,
): Promise<Record<string, unknown>> {
  const [kind, ...others] = Object.keys(given).filter((key) => given[key] !== undefined && given[key] !== null);
  if (kind === undefined || others.length > 0)
    throw new ProblemError('INVALID_BODY', 'Give exactly one of run, template and sql.');
  try {
    if (sql !== undefined) return await explainedStatement(sql, toolCall);
    return await explainedRun(kind, given[kind] as Record<string, unknown>, toolCall);
  } catch (error) {
    throw error instanceof ProblemError ? within(kind, error) : error;
  }
}

async function explainedRun(kind: string, asked: Record<string, unknown>, { context, call }: ToolCall) {
  // How long the tool would wait is no part of what it would run.
  const { wait_seconds: _wait, ...request } = asked;
  if (kind === 'run') return explainRun(context, call, parseRunRequest(request, context.config));
  const { template: name, ...parameters } = request;
  const template = templateToRun(context, call, String(name), { isExplained: true });
  return explainRun(context, call, parseTemplateCall(template, parameters, context.config));
}

/** The places of an error as the arguments of this tool have them. */
function within(kind: string, { code, message, extras }: ProblemError): ProblemError {
  const errors = extras.errors?.map((one) => ({ path: `/${kind}${one.path}`, message: one.message }));
  return new ProblemError(code, message, { ...extras, errors });
}

/** What run_sql would say. @throws {StatementFailedError} 422 where the statement cannot be read */
async function explainedStatement(asked: SqlInput, { context, call }: ToolCall): Promise<Record<string, unknown>> {
  const { name: workspace } = sqlWorkspaceOf(context, asked.workspace);
  const found = await classified(asked.statement);
  if (found instanceof Error) throw found;
  if (!READ_CLASSES.has(found.name)) return { allowed: false, rule: READ_ONLY_RULE };
  if (context.policy.current().hasRules)
    return decisionDocument(decide(context, call, askedStatement(found, asked, workspace)));
  try {
    guardClass(found, [], { parameters: asked.parameters });
    return { allowed: true, rule: null };
  } catch (error) {
    if (error instanceof StatementRefusedError) return { allowed: false, rule: READ_ONLY_RULE };
    throw error;
  }
}
