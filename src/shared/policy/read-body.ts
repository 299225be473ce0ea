import type { Caller } from '../domain/caller.ts';
import { emailAddresses, SUBMITTER } from '../domain/email-writer.ts';
import type { RunRequest } from '../domain/run-request.ts';
import {
  type FieldCover,
  NESTED_FIELDS,
  REPAIR_FIELDS,
  RUN_FIELDS,
  RUN_NOW_FIELDS,
  TASK_FIELDS,
  TASK_TYPES,
  TEMPLATE_REPAIR_FIELDS,
} from './body-fields.ts';
import { type Body, fixedText, given, idOf, objectOf } from './body-values.ts';
import { codePath } from './code-path.ts';
import { type AskedRun, emptyFacts, type Facts, noteEmail, notePower, readFields } from './collected-facts.ts';
import { mayRunOtherCode } from './dbt-commands.ts';
import { FieldUses } from './field-uses.ts';
import { readCluster } from './read-cluster.ts';
import type { FieldFacts, RunFacts } from './run-facts.ts';

/** Deeper than Databricks nests for-each tasks; what is deeper is an unknown field. */
const MAX_DEPTH = 5;
/** Tags of the gateway's own, by which costs are attributed. */
const OWN_TAGS = /^gateway_/i;

/** What the body of a run asks for; `caller` is who `submitter` among the addresses is. */
export function readRunBody({ request, body }: AskedRun, caller: Pick<Caller, 'userPrincipalName'>): RunFacts {
  const isSubmit = request.target.kind === 'submit';
  const facts = emptyFacts(request, body);
  if (isSubmit) readTasks(facts, body);
  else readRunNow(facts, body, request.target);
  readEmails(facts, body, '');
  for (const address of emailAddresses(request.notify)) {
    const isSubmitter = address === SUBMITTER;
    noteEmail(facts, isSubmitter ? (caller.userPrincipalName ?? null) : address, 'gateway/notify/email');
  }
  // Labels become tags.
  for (const [place, tags] of Object.entries({ tags: facts.tags, 'gateway/labels': facts.labels })) {
    if (Object.keys(tags).some((key) => OWN_TAGS.test(key))) notePower(facts, 'tags', place);
  }
  const { uses, ...rest } = facts;
  return { ...rest, fields: uses.fields, powers: uses.powers };
}

/** What the body of a repair asks for; of a run by a template, where one is named. */
export function readRepairBody(body: Body, template?: string): FieldFacts {
  const uses = new FieldUses();
  readFields({ uses }, body, template === undefined ? REPAIR_FIELDS : TEMPLATE_REPAIR_FIELDS, '');
  return uses;
}

function readRunNow(facts: Facts, body: Body, target: RunRequest['target']): void {
  readFields(facts, body, RUN_NOW_FIELDS, '');
  if (target.kind === 'run_now') facts.jobs.push({ job: target.job, place: '' });
}

function readTasks(facts: Facts, body: Body): void {
  const hasGit = given(body['git_source']);
  const { tasks } = body;
  // The members of a task may stand at the top, too, whatever Databricks makes of them beside a list.
  const top = readOwnFields(facts, body, { ...TASK_FIELDS, ...RUN_FIELDS }, '');
  if (Array.isArray(tasks)) {
    for (const [index, task] of (tasks as unknown[]).entries()) {
      readTask(facts, objectOf(task), `tasks/${index}/`, { hasGit, depth: 0 });
    }
    if (top.length === 0) return readCompute(facts, body, '', []);
  }
  readTypes(facts, body, top, '', { hasGit, depth: 0 });
}

interface Surroundings {
  hasGit: boolean;
  depth: number;
}

function readTask(facts: Facts, task: Body, place: string, around: Surroundings): void {
  const types = readOwnFields(facts, task, TASK_FIELDS, place);
  readEmails(facts, task, place);
  readTypes(facts, task, types, place, around);
}

/** Notes the fields with power of a task; gives the names of its types. */
function readOwnFields(facts: Facts, task: Body, known: Readonly<Record<string, FieldCover>>, place: string): string[] {
  const types = Object.keys(task).filter((key) => key.endsWith('_task') && given(task[key]));
  readFields(facts, task, known, place, types);
  return types;
}

function readTypes(facts: Facts, task: Body, types: readonly string[], place: string, around: Surroundings): void {
  for (const name of types) readType(facts, name, objectOf(task[name]), `${place}${name}`, around);
  readCompute(facts, task, place, types);
}

function readType(facts: Facts, name: string, content: Body, place: string, around: Surroundings): void {
  const type = Object.hasOwn(TASK_TYPES, name) ? TASK_TYPES[name] : undefined;
  if (type === undefined) {
    facts.taskTypes.push({ name, place, isKnown: false, isJudgedByCode: false });
    return;
  }
  readFields(facts, content, type.fields, `${place}/`, [], `${name}.`);
  for (const [nested, fields] of Object.entries(NESTED_FIELDS)) {
    const [owner, member = ''] = nested.split('.');
    if (owner === name) readFields(facts, objectOf(content[member]), fields, `${place}/${member}/`, [], `${nested}.`);
  }
  const before = facts.code.length;
  for (const dotted of type.code) readCode(facts, content, dotted, place, around.hasGit);
  if (name === 'dbt_task') readCommands(facts, content['commands'], place);
  // Beside a file that a rule allows, a query would be code that it cannot see.
  const namesCode = facts.code.length > before && !(type.codeElsewhere ?? []).some((member) => given(content[member]));
  const isJudgedByCode = type.codeBy === 'path' ? namesCode : type.codeBy !== 'unnamed';
  facts.taskTypes.push({ name, place, isKnown: true, isJudgedByCode });
  if (name === 'run_job_task') facts.jobs.push({ job: { id: idOf(content['job_id']) }, place });
  if (name !== 'for_each_task') return;
  if (around.depth >= MAX_DEPTH) notePower(facts, 'for_each_task', place);
  else readTask(facts, objectOf(content['task']), `${place}/task/`, { ...around, depth: around.depth + 1 });
}

/** A file of a repository is where its commit says, whatever its path looks like; a repository is the default where one is named. */
function readCode(facts: Facts, content: Body, dotted: string, place: string, hasGit: boolean): void {
  const [first = '', second] = dotted.split('.');
  const holder = second === undefined ? content : objectOf(content[first]);
  const value = holder[second ?? first];
  if (!given(value)) return;
  const source = typeof holder['source'] === 'string' ? holder['source'].toUpperCase() : '';
  const isOfGit = source === 'GIT' || (source !== 'WORKSPACE' && (hasGit || source !== ''));
  const text = typeof value === 'string' ? value : '';
  const path = isOfGit ? { unknown: 'comes from a repository' } : codePath(value);
  facts.code.push({ text, place: `${place}/${dotted.replace('.', '/')}`, path });
}

/** A project is where its directory says, unless a command names another one. */
function readCommands(facts: Facts, commands: unknown, place: string): void {
  if (!given(commands)) return;
  if (Array.isArray(commands) && !(commands as unknown[]).some(mayRunOtherCode)) return;
  // A command may hold a password, and what is refused is logged.
  const path = { unknown: "may run other code than the project's" };
  facts.code.push({ text: '', place: `${place}/commands`, path });
}

function readCompute(facts: Facts, task: Body, place: string, types: readonly string[]): void {
  const { existing_cluster_id: existing, new_cluster: made } = task;
  if (given(existing)) facts.clusters.push({ id: fixedText(existing), place });
  if (given(made)) readCluster(facts, made, `${place}new_cluster`);
  if (given(existing) || given(made)) return;
  const isServerless = types.some((name) => {
    const type = Object.hasOwn(TASK_TYPES, name) ? TASK_TYPES[name] : undefined;
    // An empty id is none to Databricks, and so may be one that it fills in.
    const warehouse = name === 'notebook_task' ? fixedText(objectOf(task[name])['warehouse_id']) : null;
    if (warehouse !== null && warehouse.trim() !== '') return false;
    return type === undefined || type.without === 'serverless';
  });
  if (isServerless) facts.serverless.push(place);
}

/** Databricks writes to each address in each list of these settings. */
function readEmails(facts: Facts, holder: Body, place: string): void {
  const settings = holder['email_notifications'];
  if (!given(settings)) return;
  if (Array.isArray(settings)) noteEmail(facts, null, `${place}email_notifications`);
  for (const value of Object.values(objectOf(settings))) {
    if (!given(value) || typeof value === 'boolean') continue;
    for (const address of Array.isArray(value) ? (value as unknown[]) : [value]) {
      noteEmail(facts, fixedText(address), `${place}email_notifications`);
    }
  }
}
