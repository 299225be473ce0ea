import { isAllowedHost } from '../domain/allowed-hosts.ts';
import { type Condition, includesOrAll, listed, quoted } from './conditions.ts';
import type { PolicyRequest } from './policy-request.ts';
import type { RunFacts } from './run-facts.ts';

/** Whose run or statement it is; asked where there is one already. */
export const own: Condition = {
  noun: 'its own',
  concerns: ({ owner }) => owner !== undefined,
  isNamed: (rule) => rule.own === true,
  missed: (_rule, request) => (isOwn(request) ? [] : ['it was submitted by another caller']),
  matches: (_rule, request) => isOwn(request),
};

export function isOwn({ owner, caller }: Pick<PolicyRequest, 'owner' | 'caller'>): boolean {
  return owner !== undefined && owner.kind === caller.kind && owner.id === caller.id;
}

export const workspaces: Condition = {
  noun: 'the workspace',
  concerns: () => true,
  isNamed: (rule) => rule.workspaces !== undefined,
  missed: ({ workspaces: named = [] }, { workspace }) =>
    includesOrAll(named, workspace) ? [] : [`workspace ${quoted(workspace)} is not among ${listed(named)}`],
  matches: ({ workspaces: named = [] }, { workspace }) => includesOrAll(named, workspace),
};

export const templates: Condition = {
  noun: 'the template',
  concerns: ({ template }) => template !== undefined,
  isNamed: (rule) => rule.templates !== undefined,
  missed: ({ templates: named = [] }, { template = '' }) =>
    includesOrAll(named, template) ? [] : [`template ${quoted(template)} is not among ${listed(named)}`],
  matches: ({ templates: named = [] }, { template = '' }) => includesOrAll(named, template),
};

/** How long a run may take: its own timeout, or the deadline at which the gateway cancels it. */
export const timeout: Condition = {
  noun: 'the timeout',
  concerns: ({ run }) => run !== undefined,
  isNamed: (rule) => rule.max_timeout_seconds !== undefined,
  missed({ max_timeout_seconds: most = Infinity }, { run }) {
    const seconds = run?.timeoutSeconds ?? null;
    if (seconds !== null) return seconds > most ? [`timeout_seconds ${seconds} > ${most}`] : [];
    const field =
      run?.target.kind === 'submit' ? 'timeout_seconds or gateway.deadline_seconds' : 'gateway.deadline_seconds';
    return [`it may take as long as it likes, and max_timeout_seconds is ${most}: give ${field}`];
  },
  matches: ({ max_timeout_seconds: most = Infinity }, { run }) => (run?.timeoutSeconds ?? Infinity) > most,
};

/** Labels become tags, and a tag of the same name in the body would stand in the place of one. */
export const labels: Condition = {
  noun: 'the labels',
  concerns: ({ run }) => run !== undefined,
  isNamed: (rule) => rule.required_labels !== undefined,
  missed: ({ required_labels: required = [] }, { run }) =>
    required.flatMap((key) => (run === undefined ? [] : missedLabel(key, run))),
  matches: ({ required_labels: required = [] }, { run }) =>
    run !== undefined && required.some((key) => missedLabel(key, run).length > 0),
};

function missedLabel(key: string, { labels: given, tags }: RunFacts): string[] {
  const value = Object.hasOwn(given, key) ? given[key] : undefined;
  if (value === undefined || value === '') return [`label ${key} is missing`];
  if (Object.hasOwn(tags, key) && tags[key] !== value) return [`tag ${key} says something else than the label`];
  return [];
}

/** Who gets mail, and where callbacks go. */
export const notify: Condition = {
  noun: 'the notifications',
  concerns: ({ run }) => run !== undefined && (run.emails.length > 0 || run.callbackUrl !== null),
  isNamed: (rule) => rule.notify !== undefined,
  missed({ notify: named = {} }, { run }) {
    const { email_domains: domains, callback_hosts: hosts } = named;
    const missed: string[] = [];
    for (const { address, place } of (domains === undefined ? undefined : run?.emails) ?? []) {
      const domain = domainOf(address);
      if (domain === undefined || !includesOrAll(domains ?? [], domain)) {
        missed.push(
          `${place} writes to ${quoted(address ?? 'nobody knows whom')}, and the domains are ${listed(domains ?? [])}`,
        );
      }
    }
    const url = run?.callbackUrl ?? null;
    if (url !== null && hosts !== undefined && isOfHost(url, hosts) !== true) {
      missed.push(`callback_url goes to ${quoted(hostOf(url))}, and the hosts are ${listed(hosts)}`);
    }
    return missed;
  },
  matches({ notify: { email_domains: domains, callback_hosts: hosts } = {} }, { run }) {
    const isForbidden = (address: string | null) => {
      const domain = domainOf(address);
      return domain === undefined || includesOrAll(domains ?? [], domain);
    };
    if (domains !== undefined && (run?.emails ?? []).some(({ address }) => isForbidden(address))) return true;
    const url = run?.callbackUrl ?? null;
    return url !== null && hosts !== undefined && isOfHost(url, hosts) !== false;
  },
};

/** The domain of one plain address; undefined for anything else, as a list of them. */
function domainOf(address: string | null): string | undefined {
  return /^[^@\s,;<>"()\\]+@((?:[0-9a-z-]+\.)*[0-9a-z-]+)$/i.exec(address ?? '')?.[1]?.toLowerCase();
}

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
  missed({ sql: named = {} }, { sql: facts }) {
    if (facts === undefined) return [];
    const { classes, catalogs, functions = [] } = named;
    const missed: string[] = [];
    if (facts.classes === null) {
      if (classes?.includes('*') !== true)
        missed.push('the statement cannot be read, and only the class * allows that');
    } else if (classes !== undefined) {
      const others = facts.classes.filter((name) => !includesOrAll(classes, name));
      if (others.length > 0) missed.push(`class ${others.join(', ')} is not among ${listed(classes)}`);
    }
    for (const name of facts.functions) {
      if (!includesOrAll(functions, name)) missed.push(`function ${name} is not among ${listed(functions)}`);
    }
    if (catalogs !== undefined) missed.push(...missedCatalogs(catalogs, facts.catalogs));
    return missed;
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

function missedCatalogs(named: readonly string[], found: readonly string[] | null): string[] {
  if (named.includes('*')) return [];
  if (found === null) {
    return [
      `the catalogs of the statement cannot be told, and the rule names ${listed(named)}: give catalog, or names of three parts`,
    ];
  }
  return found
    .filter((name) => !hasCatalog(named, name))
    .map((name) => `catalog ${quoted(name)} is not among ${listed(named)}`);
}

/** Unity Catalog takes no notice of case. */
function hasCatalog(named: readonly string[], name: string): boolean {
  return named.includes('*') || named.some((entry) => entry.toLowerCase() === name.toLowerCase());
}
