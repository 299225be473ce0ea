import { isAllowedHost } from '../domain/allowed-hosts.ts';
import { isSameCaller } from '../domain/caller.ts';
import { type Condition, includesOrAll, listed, type Note, quoted } from './conditions.ts';
import type { PolicyRequest } from './policy-request.ts';
import type { RunFacts } from './run-facts.ts';

/** Whose run or statement it is; asked where there is one already. */
export const own: Condition = {
  noun: 'its own',
  concerns: ({ owner }) => owner !== undefined,
  isNamed: (rule) => rule.own === true,
  check(_rule, request, note) {
    if (!isOwn(request)) note(() => 'it was submitted by another caller');
  },
  matches: (_rule, request) => isOwn(request),
};

/** Whether the caller owns what is asked for. */
export function isOwn({ owner, caller }: Pick<PolicyRequest, 'owner' | 'caller'>): boolean {
  return owner !== undefined && isSameCaller(owner, caller);
}

/** Which workspaces a request may be for. */
export const workspaces: Condition = {
  noun: 'the workspace',
  concerns: () => true,
  isNamed: (rule) => rule.workspaces !== undefined,
  check({ workspaces: named = [] }, { workspace }, note) {
    if (!includesOrAll(named, workspace)) note(() => `workspace ${quoted(workspace)} is not among ${listed(named)}`);
  },
  matches: ({ workspaces: named = [] }, { workspace }) => includesOrAll(named, workspace),
};

/** Which templates may be run. */
export const templates: Condition = {
  noun: 'the template',
  concerns: ({ template }) => template !== undefined,
  isNamed: (rule) => rule.templates !== undefined,
  check({ templates: named = [] }, { template = '' }, note) {
    if (!includesOrAll(named, template)) note(() => `template ${quoted(template)} is not among ${listed(named)}`);
  },
  matches: ({ templates: named = [] }, { template = '' }) => includesOrAll(named, template),
};

/** How long a run may take: its own timeout, or the deadline at which the gateway cancels it. */
export const timeout: Condition = {
  noun: 'the timeout',
  concerns: ({ run }) => run !== undefined,
  isNamed: (rule) => rule.max_timeout_seconds !== undefined,
  check({ max_timeout_seconds: most = Infinity }, { run }, note) {
    const seconds = run?.timeoutSeconds ?? null;
    if (seconds !== null) {
      if (seconds > most) note(() => `timeout_seconds ${seconds} > ${most}`);
      return;
    }
    const deadline = 'gateway.deadline_seconds';
    const field = run?.target.kind === 'submit' ? `timeout_seconds or ${deadline}` : deadline;
    note(() => `it may take as long as it likes, and max_timeout_seconds is ${most}: give ${field}`);
  },
  matches: ({ max_timeout_seconds: most = Infinity }, { run }) => (run?.timeoutSeconds ?? Infinity) > most,
};

/** Labels become tags, and a tag of the same name in the body would stand in the place of one. */
export const labels: Condition = {
  noun: 'the labels',
  concerns: ({ run }) => run !== undefined,
  isNamed: (rule) => rule.required_labels !== undefined,
  check({ required_labels: required = [] }, { run }, note) {
    for (const key of required) {
      const missed = run === undefined ? undefined : missedLabel(key, run);
      if (missed !== undefined) note(() => missed);
    }
  },
  matches: ({ required_labels: required = [] }, { run }) =>
    run !== undefined && required.some((key) => missedLabel(key, run) !== undefined),
};

function missedLabel(key: string, { labels: given, tags }: RunFacts): string | undefined {
  const value = Object.hasOwn(given, key) ? given[key] : undefined;
  if (value === undefined || value.trim() === '') return `label ${key} is missing`;
  const tag = imitating(key, value, tags);
  if (tag !== undefined) return `tag ${quoted(tag)} says something else than the label ${key}`;
  const label = imitating(key, value, given);
  return label === undefined ? undefined : `label ${quoted(label)} says something else than ${key}`;
}

/** A tag of the same name with another value; Azure takes no notice of case in the names of tags. */
function imitating(key: string, value: string, tags: Readonly<Record<string, unknown>>): string | undefined {
  const name = key.toLowerCase();
  return Object.keys(tags).find((one) => tags[one] !== value && one.toLowerCase() === name);
}

/** Who gets mail, and where callbacks go. */
export const notify: Condition = {
  noun: 'the notifications',
  concerns: ({ run }) => run !== undefined && (run.emails.length > 0 || run.callbackUrl !== null),
  isNamed: (rule) => rule.notify !== undefined,
  check({ notify: { email_domains: domains, callback_hosts: hosts } = {} }, { run }, note) {
    for (const { address, domain, place } of domains === undefined ? [] : (run?.emails ?? [])) {
      if (domain !== null && includesOrAll(domains ?? [], domain)) continue;
      const whom = quoted(address ?? 'nobody knows whom');
      note(() => `${place} writes to ${whom}, and the domains are ${listed(domains ?? [])}`);
    }
    const url = run?.callbackUrl ?? null;
    if (url !== null && hosts !== undefined && isOfHost(url, hosts) !== true) {
      note(() => `callback_url goes to ${quoted(hostOf(url))}, and the hosts are ${listed(hosts)}`);
    }
  },
  matches({ notify: { email_domains: domains, callback_hosts: hosts } = {} }, { run }) {
    const isForbidden = ({ domain }: RunFacts['emails'][number]) =>
      domain === null || includesOrAll(domains ?? [], domain);
    if (domains !== undefined && (run?.emails ?? []).some(isForbidden)) return true;
    const url = run?.callbackUrl ?? null;
    return url !== null && hosts !== undefined && isOfHost(url, hosts) !== false;
  },
};

function isOfHost(url: string, hosts: readonly string[]): boolean | undefined {
  const parsed = URL.parse(url);
  if (parsed === null) return undefined;
  return hosts.includes('*') || isAllowedHost(parsed, hosts);
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'no host';
}

/** What a SQL statement is, and what it reaches besides the tables of the default catalog. */
export const sql: Condition = {
  noun: 'the statement',
  concerns: ({ sql: facts }) => facts !== undefined,
  isNamed: (rule) => rule.sql !== undefined,
  isAskedUnnamed: true,
  check({ sql: named = {} }, { sql: facts }, note) {
    if (facts === undefined) return;
    const { classes, catalogs, functions = [] } = named;
    if (facts.classes === null) {
      if (classes?.includes('*') !== true) note(() => 'the statement cannot be read, and only the class * allows that');
    } else if (classes !== undefined) {
      const others = facts.classes.filter((name) => !includesOrAll(classes, name));
      if (others.length > 0) note(() => `class ${others.join(', ')} is not among ${listed(classes)}`);
    }
    for (const name of facts.functions) {
      if (!includesOrAll(functions, name)) note(() => `function ${name} is not among ${listed(functions)}`);
    }
    if (catalogs !== undefined) checkCatalogs(catalogs, facts.catalogs, note);
  },
  matches({ sql: named = {} }, { sql: facts }) {
    if (facts === undefined) return false;
    const { classes, catalogs, functions } = named;
    const ofClass = classes === undefined || (facts.classes?.some((name) => includesOrAll(classes, name)) ?? true);
    const ofFunction =
      functions === undefined ||
      facts.classes === null ||
      facts.functions.some((name) => includesOrAll(functions, name));
    const ofCatalog = catalogs === undefined || (facts.catalogs?.some((name) => hasCatalog(catalogs, name)) ?? true);
    return ofClass && ofFunction && ofCatalog;
  },
};

function checkCatalogs(named: readonly string[], found: readonly string[] | null, note: Note): void {
  if (named.includes('*')) return;
  if (found === null) {
    const way = 'give catalog, or names of three parts';
    note(() => `the catalogs of the statement cannot be known, and the rule names ${listed(named)}: ${way}`);
  }
  for (const name of found ?? []) {
    if (!hasCatalog(named, name)) note(() => `catalog ${quoted(name)} is not among ${listed(named)}`);
  }
}

/** Unity Catalog takes no notice of case. */
function hasCatalog(named: readonly string[], name: string): boolean {
  return named.includes('*') || named.some((entry) => entry.toLowerCase() === name.toLowerCase());
}
