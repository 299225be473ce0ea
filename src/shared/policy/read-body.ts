import type { Caller } from '../domain/caller.ts';
import { emailAddresses, SUBMITTER } from '../domain/email-writer.ts';
import type { RunRequest } from '../domain/run-request.ts';
import {
  AUTOSCALE_FIELDS,
  CLUSTER_FIELDS,
  type FieldCover,
  ISOLATING_MODES,
  NESTED_FIELDS,
  REPAIR_FIELDS,
  RUN_FIELDS,
  RUN_NOW_FIELDS,
  TASK_FIELDS,
  TASK_TYPES,
  TEMPLATE_REPAIR_FIELDS,
} from './body-fields.ts';
import { codePath } from './code-path.ts';
import { mayRunOtherCode } from './dbt-commands.ts';
import { FieldUses } from './field-uses.ts';
import type { FieldFacts, RunFacts } from './run-facts.ts';

type Body = Readonly<Record<string, unknown>>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] };

/** Deeper than Databricks nests for-each tasks; what is deeper is a field that nobody knows. */
const MAX_DEPTH = 5;
/** A secret of a scope, which Databricks puts in when a cluster starts. */
const SECRET = /\{\{\s*secrets\//i;
/** Tags of the gateway's own, by which costs are attributed. */
const OWN_TAGS = /^gateway_/i;

/** A body for Databricks, with what is asked of the gateway besides. */
export interface AskedRun {
  readonly request: Pick<RunRequest, 'target' | 'deadlineMs' | 'labels' | 'notify'>;
  /** The value that the text for Databricks is written from, so that both say the same. */
  readonly body: Body;
}

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

function emptyFacts(request: AskedRun['request'], body: Body): Facts {
  return {
    target: request.target,
    taskTypes: [],
    code: [],
    jobs: [],
    clusters: [],
    newClusters: [],
    serverless: [],
    uses: new FieldUses(),
    timeoutSeconds: timeoutOf(request, body),
    labels: request.labels,
    tags: objectOf(body['tags']),
    emails: [],
    callbackUrl: request.notify?.channels.find(({ name }) => name === 'callback')?.target ?? null,
  };
}

/** The gateway cancels the run at its deadline, so that bounds it as well. 0 is no limit at Databricks. */
function timeoutOf({ target, deadlineMs }: AskedRun['request'], body: Body): number | null {
  const ownLimit = target.kind === 'submit' ? (wholeNumber(body['timeout_seconds']) ?? 0) : 0;
  const seconds = Math.min(ownLimit > 0 ? ownLimit : Infinity, deadlineMs === null ? Infinity : deadlineMs / 1_000);
  return Number.isFinite(seconds) ? seconds : null;
}

/** The facts while they are collected. */
type Facts = Mutable<Omit<RunFacts, 'fields' | 'powers'>> & { uses: FieldUses };

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

function readCluster(facts: Facts, value: unknown, place: string): void {
  const cluster = objectOf(value);
  readFields(facts, cluster, CLUSTER_FIELDS, `${place}/`, [], 'new_cluster.');
  readFields(
    facts,
    objectOf(cluster['autoscale']),
    AUTOSCALE_FIELDS,
    `${place}/autoscale/`,
    [],
    'new_cluster.autoscale.',
  );
  const mode = cluster['data_security_mode'];
  if (given(mode) && !(typeof mode === 'string' && ISOLATING_MODES.has(mode))) {
    notePower(facts, 'new_cluster.data_security_mode', `${place}/data_security_mode`);
  }
  for (const field of ['spark_conf', 'spark_env_vars', 'init_scripts', 'docker_image']) {
    if (holdsSecret(cluster[field])) notePower(facts, 'secrets', `${place}/${field}`);
  }
  const nodeTypes = ['node_type_id', 'driver_node_type_id'].map((field) => cluster[field]).filter(given);
  facts.newClusters.push({
    place,
    nodeTypes: nodeTypes.map(fixedText),
    isOfPool: given(cluster['instance_pool_id']),
    maxWorkers: workersOf(cluster),
    policyId: given(cluster['policy_id']) ? (fixedText(cluster['policy_id']) ?? '') : null,
  });
}

/** The largest of what is said. */
function workersOf(cluster: Body): number | null {
  const { num_workers: fixed, autoscale } = cluster;
  const counts: (number | null)[] = [];
  if (given(fixed)) counts.push(wholeNumber(fixed));
  if (given(autoscale)) {
    const { min_workers: fewest, max_workers: most } = objectOf(autoscale);
    counts.push(wholeNumber(most), given(fewest) ? wholeNumber(fewest) : 0);
  }
  let most: number | null = null;
  for (const count of counts) {
    if (count === null) return null;
    most = Math.max(most ?? 0, count);
  }
  return most;
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

function noteEmail(facts: Facts, address: string | null, place: string): void {
  facts.emails.push({ address, domain: domainOf(address), place });
}

/** The domain of one plain address; null for anything else, as a list of them, or one that holds where to pass mail on. */
function domainOf(address: string | null): string | null {
  return /^[\p{L}\p{N}_.+'&~-]+@((?:[\dA-Za-z-]+\.)*[\dA-Za-z-]+)$/u.exec(address ?? '')?.[1]?.toLowerCase() ?? null;
}

/** Notes every field that is given. `prefix`: what its long name begins with. */
function readFields(
  { uses }: Pick<Facts, 'uses'>,
  holder: Body,
  known: Readonly<Record<string, FieldCover>>,
  place: string,
  besides: readonly string[] = [],
  prefix = '',
): void {
  for (const key of Object.keys(holder)) {
    if (!given(holder[key]) || besides.includes(key)) continue;
    const cover = (Object.hasOwn(known, key) ? known[key] : undefined) ?? 'unknown';
    uses.add({ key, name: `${prefix}${key}`, place: `${place}${key}`, cover });
  }
}

/** Notes a use that has power by what stands in it. */
function notePower(facts: Facts, name: string, place: string): void {
  facts.uses.add({ key: name.split('.').at(-1) ?? name, name, place, cover: 'power' });
}

/** In JSON of Databricks null and absent are the same. */
function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function objectOf(value: unknown): Body {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
  return isObject ? (value as Body) : {};
}

/** A text that says what it means; null for what Databricks fills in when the run starts, or what is no text. */
function fixedText(value: unknown): string | null {
  return typeof value === 'string' && !value.includes('{{') ? value : null;
}

/** A whole number as Databricks takes one: as a number or as text. */
function wholeNumber(value: unknown): number | null {
  const text = JSON.isRawJSON(value) ? value.rawJSON : value;
  if (typeof text !== 'number' && !(typeof text === 'string' && /^\d{1,15}$/.test(text))) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** An id of a saved job, as Databricks writes it. */
function idOf(value: unknown): string | null {
  const isPlain = typeof value === 'string' || typeof value === 'number';
  const text = JSON.isRawJSON(value) ? value.rawJSON : isPlain ? String(value) : '';
  return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : null;
}

function holdsSecret(value: unknown): boolean {
  if (typeof value === 'string') return SECRET.test(value);
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return false;
  return Object.entries(value).some(([key, inner]) => SECRET.test(key) || holdsSecret(inner));
}
