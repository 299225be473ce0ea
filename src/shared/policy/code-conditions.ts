import { isWithin } from './code-path.ts';
import { type Condition, includesOrAll, listed, type Note, quoted } from './conditions.ts';
import type { Rule } from './policy-schema.ts';
import type { FieldUse, RunFacts } from './run-facts.ts';

/** The jobs that a run starts, itself or by a task. */
export const jobs: Condition = {
  noun: 'the job',
  concerns: ({ run }) => run !== undefined && run.jobs.length > 0,
  isNamed: (rule) => rule.jobs !== undefined,
  isAskedUnnamed: true,
  check(rule, { run }, note) {
    const { jobs: named, actions } = rule;
    for (const { job, place } of run?.jobs ?? []) {
      if (named === undefined) {
        // A task that starts a job is a run-now, whatever it stands in.
        const isAllowed = place === '' || actions.includes('runs:run_now') || actions.includes('*');
        if (!isAllowed) note(() => `${place} starts a saved job, and the rule names neither jobs nor runs:run_now`);
      } else if (!named.includes('*') && isAmong(named, job) !== true) {
        note(() => `job ${textOf(job)} is not among ${listed(named)}`);
      }
    }
  },
  matches: ({ jobs: named = [] }, { run }) =>
    (run?.jobs ?? []).some(({ job }) => named.includes('*') || isAmong(named, job) !== false),
};

type JobRef = RunFacts['jobs'][number]['job'];

/**
 * Whether entries name a job. Entries of digits are ids, others names. Undefined where that is not known: the name of a
 * job that is known by its id. The id of one that is known by its name is looked up, and asked about then.
 */
function isAmong(entries: readonly string[], job: JobRef): boolean | undefined {
  if ('name' in job) return !isId(job.name) && entries.includes(job.name);
  if (job.id === null) return undefined;
  if (entries.includes(job.id)) return true;
  return entries.every(isId) ? false : undefined;
}

/** Whether an entry is an id and not a name. */
export function isId(entry: string): boolean {
  return /^\d+$/.test(entry);
}

function textOf(job: JobRef): string {
  return quoted('name' in job ? job.name : (job.id ?? 'that cannot be known'));
}

/** Paths of notebooks and of other code in the workspace. */
export const notebooks: Condition = {
  noun: 'the code',
  concerns: ({ run }) => run?.target.kind === 'submit',
  isNamed: (rule) => rule.notebooks !== undefined,
  check({ notebooks: prefixes = [], task_types: types }, { run }, note) {
    for (const code of run?.code ?? []) {
      if ('unknown' in code.path || !isWithinAny(code.path.path, prefixes)) noteOutside(note, code, prefixes);
    }
    if (types !== undefined) return;
    for (const { name, place, isKnown, isJudgedByCode } of run?.taskTypes ?? []) {
      if (isKnown && !isJudgedByCode) {
        note(() => `${place} names no code that notebooks could allow: task_types has to name ${name}`);
      }
    }
  },
  matches: ({ notebooks: prefixes = [] }, { run }) =>
    (run?.code ?? []).some(({ path }) => 'unknown' in path || prefixes.some((prefix) => isWithin(path.path, prefix))),
};

type Code = RunFacts['code'][number];

/** Apart from the loop: a closure in it would cost each iteration, whether anything is missed or not. */
function noteOutside(note: Note, { text, place, path }: Code, prefixes: readonly string[]): void {
  if ('unknown' in path) note(() => [place, quoted(text), path.unknown].filter((part) => part !== '').join(' '));
  else note(() => `${place} ${quoted(path.path)} is not within ${listed(prefixes.map((prefix) => `${prefix}/`))}`);
}

function isWithinAny(path: string, prefixes: readonly string[]): boolean {
  for (const prefix of prefixes) if (isWithin(path, prefix)) return true;
  return false;
}

/** Which task types a run may have. */
export const taskTypes: Condition = {
  noun: 'the task types',
  concerns: ({ run }) => run?.target.kind === 'submit',
  isNamed: (rule) => rule.task_types !== undefined,
  isAskedUnnamed: true,
  check({ task_types: named }, { run }, note) {
    for (const { name, place, isKnown } of run?.taskTypes ?? []) {
      if (named === undefined ? !isKnown : !includesOrAll(named, name)) noteType(note, place, named);
    }
  },
  matches: ({ task_types: named = [] }, { run }) =>
    (run?.taskTypes ?? []).some(({ name }) => includesOrAll(named, name)),
};

function noteType(note: Note, place: string, named: readonly string[] | undefined): void {
  note(() =>
    named === undefined
      ? `${place} is a task type that is not known, and no rule's task_types names it`
      : `${place} is not among the task types ${listed(named)}`,
  );
}

/** Fields that choose other code, an identity or the network, and unknown ones. */
export const fields: Condition = {
  noun: 'the fields',
  concerns: (request) => (request.run ?? request.repair) !== undefined,
  isNamed: (rule) => rule.allow_fields !== undefined,
  isAskedUnnamed: true,
  check(rule, request, note) {
    for (const use of (request.run ?? request.repair)?.powers ?? []) {
      if (!names(rule, use)) noteField(note, use, rule);
    }
  },
  matches: (rule, { run, repair }) => ((run ?? repair)?.fields ?? []).some((use) => names(rule, use)),
};

function noteField(note: Note, { cover, place }: FieldUse, { allow_fields: named = [] }: Rule): void {
  const what = cover === 'unknown' ? 'is a field that is not known' : 'has power';
  note(() => `${quoted(place)} ${what}, and is not among the fields ${listed(named)}`);
}

function names({ allow_fields: named = [] }: Rule, { key, name }: FieldUse): boolean {
  return named.includes(key) || named.includes(name) || named.includes('*');
}
