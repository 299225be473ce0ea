import { type CallerLimits, NO_CALLER_LIMITS } from '../domain/caller-limits.ts';
import type { Action } from './actions.ts';
import { allows, countMissed } from './asked-conditions.ts';
import { fields, isId, jobs, notebooks, taskTypes } from './code-conditions.ts';
import { compute } from './compute-condition.ts';
import type { Condition } from './conditions.ts';
import type { Decision, ReadScope } from './decision.ts';
import type { JobCheck } from '../domain/job-check.ts';
import { hasAction, matchesCaller } from './matches-caller.ts';
import type { PolicyRequest } from './policy-request.ts';
import type { PolicyDocument, Rule } from './policy-schema.ts';
import { forbidden, refused } from './refusal.ts';
import { labels, notify, own, sql, templates, timeout, workspaces } from './request-conditions.ts';

/** In the order in which refusals name them. */
const CONDITIONS: readonly Condition[] = [
  own,
  workspaces,
  templates,
  jobs,
  taskTypes,
  notebooks,
  compute,
  fields,
  timeout,
  labels,
  notify,
  sql,
];

/** The operator who wrote a template chose these: a permit to run it is not asked about them. */
const CHOSEN_BY_TEMPLATE: ReadonlySet<Condition> = new Set([jobs, taskTypes, notebooks, compute, fields]);

/**
 * Decides what callers may do. Pure: the same request under the same rules gets the same decision. A forbid wins over every
 * permit, and what no permit allows is refused. Without a document everything is allowed but statements that write.
 */
export class Policy {
  readonly #permits: readonly Rule[];
  readonly #forbids: readonly Rule[];
  /** Whether there are rules to ask. */
  readonly hasRules: boolean;

  constructor(document?: PolicyDocument) {
    this.hasRules = document !== undefined;
    this.#permits = document?.rules.filter(({ effect }) => effect === 'permit') ?? [];
    this.#forbids = document?.rules.filter(({ effect }) => effect === 'forbid') ?? [];
  }

  decide(request: PolicyRequest): Decision {
    if (!this.hasRules) return withoutRules(request);
    const concerned = CONDITIONS.filter((condition) => condition.concerns(request));
    const forbids = this.#forbids.filter((rule) => hasAction(rule, request) && matchesCaller(rule, request) !== false);
    const forbid = forbids.find((rule) => isForbidding(rule, request, concerned));
    if (forbid !== undefined) return forbidden(forbid, request);

    const asked = request.template === undefined ? concerned : concerned.filter((one) => !CHOSEN_BY_TEMPLATE.has(one));
    const candidates = this.#permits.filter(
      (rule) => hasAction(rule, request) && matchesCaller(rule, request) === true,
    );
    const { certain, nearest } = judged(candidates, request, asked);
    const check = jobCheckOf(request, { forbids, candidates, concerned, asked, isCertain: certain.length > 0 });
    const permits = certain.length > 0 ? certain : (check?.provisional ?? []);
    const [first] = permits;
    if (first === undefined) return refused(this.#permits, request, asked, nearest);
    const limits = permits.map(limitsOf).reduce(mostGenerous);
    return { allowed: true, rule: first.id, limits, ...(check === undefined ? {} : { job: check.job }) };
  }

  /**
   * How far an action may go for a caller: with everything, with its own, or undefined where no request for it could be
   * allowed. A hint for those who offer actions, and no decision.
   */
  reach(request: Pick<PolicyRequest, 'caller' | 'source'>, action: Action): 'all' | 'own' | undefined {
    if (!this.hasRules) return action === 'sql:write' ? undefined : 'all';
    const asked: PolicyRequest = { ...request, action, workspace: '' };
    const isFor = (rule: Rule) => hasAction(rule, asked) && matchesCaller(rule, asked) === true;
    const forbidsAll = (rule: Rule) => isFor(rule) && !CONDITIONS.some((condition) => condition.isNamed(rule));
    const permits = this.#permits.filter(isFor);
    if (permits.length === 0 || this.#forbids.some(forbidsAll)) return undefined;
    return permits.every((rule) => rule.own === true) ? 'own' : 'all';
  }

  /** Which runs a caller may read; undefined where no rule lets the caller read any. */
  readScope(request: Pick<PolicyRequest, 'caller' | 'source'>): ReadScope | undefined {
    if (!this.hasRules) return { ownOnly: false, workspaces: null };
    const asked: PolicyRequest = { ...request, action: 'runs:read', workspace: '' };
    const permits = this.#permits.filter((rule) => hasAction(rule, asked) && matchesCaller(rule, asked) === true);
    if (permits.length === 0) return undefined;
    const named = permits.map((rule) => rule.workspaces);
    const ofAll = named.some((some) => some === undefined || some.includes('*'));
    return {
      ownOnly: permits.every((rule) => rule.own === true),
      workspaces: ofAll ? null : [...new Set(named.flatMap((some) => some ?? []))],
    };
  }
}

function withoutRules({ action }: PolicyRequest): Decision {
  if (action !== 'sql:write') return { allowed: true, rule: null, limits: NO_CALLER_LIMITS };
  return { allowed: false, rule: null, detail: 'Statements that write need a policy with a rule that allows them.' };
}

/** Every condition that the forbid names has to match; one about something that the request does not have does not. */
function isForbidding(rule: Rule, request: PolicyRequest, concerned: readonly Condition[]): boolean {
  return CONDITIONS.every(
    (condition) => !condition.isNamed(rule) || (concerned.includes(condition) && condition.matches(rule, request)),
  );
}

/** Which permits allow a request, and which comes nearest where none does. */
function judged(
  candidates: readonly Rule[],
  request: PolicyRequest,
  asked: readonly Condition[],
): { certain: Rule[]; nearest: Rule | undefined } {
  const certain: Rule[] = [];
  let nearest: Rule | undefined;
  let fewest = Infinity;
  for (const rule of candidates) {
    const count = countMissed(rule, request, asked, Math.max(fewest, 1));
    if (count === 0) certain.push(rule);
    if (count < fewest) [nearest, fewest] = [rule, count];
  }
  return { certain, nearest };
}

/**
 * A job that is known by its name has an id that rules may name. Permits that miss nothing but that are provisional, and
 * forbids that could match by it are kept for when it is found.
 */
function jobCheckOf(
  request: PolicyRequest,
  given: {
    forbids: readonly Rule[];
    candidates: readonly Rule[];
    concerned: readonly Condition[];
    asked: readonly Condition[];
    /** A permit allows the request whatever the id is. */
    isCertain: boolean;
  },
): { job: JobCheck; provisional: readonly Rule[] } | undefined {
  const target = request.run?.target;
  if (target?.kind !== 'run_now' || !('name' in target.job)) return undefined;
  const idsOf = (rules: readonly Rule[]) => rules.flatMap((rule) => rule.jobs?.filter(isId) ?? []);
  const others = CONDITIONS.filter((condition) => condition !== jobs);
  const forbids = given.forbids.filter((rule) =>
    others.every(
      (condition) =>
        !condition.isNamed(rule) || (given.concerned.includes(condition) && condition.matches(rule, request)),
    ),
  );
  const { isCertain } = given;
  const asked = given.asked.filter((condition) => condition !== jobs);
  const provisional = isCertain
    ? []
    : given.candidates.filter((rule) => idsOf([rule]).length > 0 && allows(rule, request, asked));
  return { job: { permitted: isCertain ? null : idsOf(provisional), forbidden: idsOf(forbids) }, provisional };
}

function limitsOf({
  limits: { runs_per_hour: runsPerHour, queued, active, concurrent_sql: sqlAtOnce } = {},
}: Rule): CallerLimits {
  return {
    runsPerHour: runsPerHour ?? null,
    queued: queued ?? null,
    active: active ?? null,
    concurrentSql: sqlAtOnce ?? null,
  };
}

function mostGenerous(one: CallerLimits, other: CallerLimits): CallerLimits {
  const more = (a: number | null, b: number | null) => (a === null || b === null ? null : Math.max(a, b));
  return {
    runsPerHour: more(one.runsPerHour, other.runsPerHour),
    queued: more(one.queued, other.queued),
    active: more(one.active, other.active),
    concurrentSql: more(one.concurrentSql, other.concurrentSql),
  };
}
