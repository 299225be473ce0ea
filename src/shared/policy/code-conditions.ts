import { isWithin } from './code-path.ts';
import { type Condition, includesOrAll, listed, quoted } from './conditions.ts';
import type { PolicyRequest } from './policy-request.ts';
import type { Rule } from './policy-schema.ts';
import type { FieldUse, RunFacts } from './run-facts.ts';

/** The jobs that a run starts, itself or by a task. */
export const jobs: Condition = {
  noun: 'the job',
  concerns: ({ run }) => run !== undefined && run.jobs.length > 0,
  isNamed: (rule) => rule.jobs !== undefined,
  isAskedUnnamed: true,
  missed(rule, { run }) {
    return (run?.jobs ?? []).flatMap(({ job, place }) => {
      if (rule.jobs === undefined) {
        // A task that starts a job is a run-now, whatever it stands in.
        const isAllowed = place === '' || rule.actions.includes('runs:run_now') || rule.actions.includes('*');
        return isAllowed ? [] : [`${place} starts a saved job, and the rule names neither jobs nor runs:run_now`];
      }
      const isNamed = rule.jobs.includes('*') || isAmong(rule.jobs, job) === true;
      return isNamed ? [] : [`job ${textOf(job)} is not among ${listed(rule.jobs)}`];
    });
  },
  matches: ({ jobs: named = [] }, { run }) =>
    (run?.jobs ?? []).some(({ job }) => named.includes('*') || isAmong(named, job) !== false),
};

type JobRef = RunFacts['jobs'][number]['job'];

/**
 * Whether entries name a job. Entries of digits are ids, others names. Undefined where that cannot be told: the name of a
 * job that is known by its id. The id of one that is known by its name is looked up, and asked about then.
 */
function isAmong(entries: readonly string[], job: JobRef): boolean | undefined {
  if ('name' in job) return !isId(job.name) && entries.includes(job.name);
  if (job.id === null) return undefined;
  if (entries.includes(job.id)) return true;
  return entries.every(isId) ? false : undefined;
}

export function isId(entry: string): boolean {
  return /^\d+$/.test(entry);
}

function textOf(job: JobRef): string {
  return quoted('name' in job ? job.name : (job.id ?? 'that cannot be told'));
}

/** Paths of notebooks and of other code in the workspace. */
export const notebooks: Condition = {
  noun: 'the code',
  concerns: ({ run }) => run?.target.kind === 'submit',
  isNamed: (rule) => rule.notebooks !== undefined,
  missed(rule, { run }) {
    const prefixes = rule.notebooks ?? [];
    const paths = (run?.code ?? []).flatMap(({ text, place, path }) => {
      if ('unknown' in path) return [`${place} ${quoted(text)} ${path.unknown}`];
      if (prefixes.some((prefix) => isWithin(path.path, prefix))) return [];
      return [`${place} ${quoted(path.path)} is not within ${listed(prefixes.map((prefix) => `${prefix}/`))}`];
    });
    if (rule.task_types !== undefined) return paths;
    const others = (run?.taskTypes ?? []).flatMap(({ name, place, isKnown, isJudgedByCode }) =>
      isKnown && !isJudgedByCode
        ? [`${place} names no code that notebooks could allow: task_types has to name ${name}`]
        : [],
    );
    return [...paths, ...others];
  },
  matches: ({ notebooks: prefixes = [] }, { run }) =>
    (run?.code ?? []).some(({ path }) => 'unknown' in path || prefixes.some((prefix) => isWithin(path.path, prefix))),
};

export const taskTypes: Condition = {
  noun: 'the task types',
  concerns: ({ run }) => run?.target.kind === 'submit',
  isNamed: (rule) => rule.task_types !== undefined,
  isAskedUnnamed: true,
  missed({ task_types: named }, { run }) {
    return (run?.taskTypes ?? []).flatMap(({ name, place, isKnown }) => {
      if (named === undefined)
        return isKnown ? [] : [`${place} is a task type that is not known, and no rule's task_types names it`];
      return includesOrAll(named, name) ? [] : [`${place} is not among the task types ${listed(named)}`];
    });
  },
  matches: ({ task_types: named = [] }, { run }) =>
    (run?.taskTypes ?? []).some(({ name }) => includesOrAll(named, name)),
};

/** Fields that choose other code, an identity or the network, and those that nobody knows. */
export const fields: Condition = {
  noun: 'the fields',
  concerns: (request) => fieldsOf(request).length > 0,
  isNamed: (rule) => rule.allow_fields !== undefined,
  isAskedUnnamed: true,
  missed(rule, request) {
    const named = rule.allow_fields ?? [];
    return fieldsOf(request).flatMap((use) => {
      if (use.cover === 'plain' || use.cover === 'judged' || names(rule, use)) return [];
      const what = use.cover === 'unknown' ? 'is a field that is not known' : 'has power';
      return [`${quoted(use.place)} ${what}, and is not among the fields ${listed(named)}`];
    });
  },
  matches: (rule, request) => fieldsOf(request).some((use) => names(rule, use)),
};

function fieldsOf({ run, repair }: PolicyRequest): readonly FieldUse[] {
  return run?.fields ?? repair?.fields ?? [];
}

function names({ allow_fields: named = [] }: Rule, { key, name }: FieldUse): boolean {
  return named.includes(key) || named.includes(name) || named.includes('*');
}
