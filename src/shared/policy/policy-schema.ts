import * as z from 'zod';
import { isHostEntry } from '../domain/allowed-hosts.ts';
import { REQUEST_SOURCES } from '../domain/run-request.ts';
import { ACTIONS } from './actions.ts';
import { codePrefix } from './code-path.ts';

/*
 * The form of a policy file. Every object is strict: an unknown key would be a condition that is never checked.
 */

const MAX_RULES = 1_000;
const MAX_ENTRIES = 1_000;

const entry = z.string().min(1).max(1_024);
const entries = z.array(entry).max(MAX_ENTRIES);

/* A forbid must not miss what it means: entries are brought into the one form that requests have. */
const GUIDS = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/i;
const guids = z.array(entry.transform((id) => (GUIDS.test(id) ? id.toLowerCase() : id))).max(MAX_ENTRIES);
const jobs = z.array(entry.transform((job) => job.replace(/^0+(?=\d+$)/, ''))).max(MAX_ENTRIES);
const taskTypes = z.array(entry.regex(/^(?:\w+_task|\*)$/, 'Expected a task type, as notebook_task.')).max(MAX_ENTRIES);
const classes = z
  .array(entry.toUpperCase().regex(/^(?:[A-Z]+|\*)$/, 'Expected the first word of a statement, as CREATE.'))
  .max(MAX_ENTRIES);

const callers = z.strictObject({
  /** Users and apps, `tenant/object`. */
  ids: guids.optional(),
  roles: entries.optional(),
  groups: guids.optional(),
  /** Names of function keys. */
  keys: entries.optional(),
  sources: z.array(z.enum(REQUEST_SOURCES)).max(MAX_ENTRIES).optional(),
});

const newCluster = z.strictObject({
  node_types: entries.optional(),
  max_workers: z.int().min(0).optional(),
  policy_ids: entries.optional(),
});

const compute = z.strictObject({
  existing_cluster_ids: entries.optional(),
  serverless: z.boolean().optional(),
  new_cluster: newCluster.optional(),
});

const sql = z.strictObject({
  classes: classes.optional(),
  catalogs: entries.optional(),
  functions: z.array(entry.toLowerCase()).max(MAX_ENTRIES).optional(),
});

const hosts = z
  .array(
    z
      .string()
      .toLowerCase()
      .refine((host) => host === '*' || isHostEntry(host), 'Expected a host name, or *.domain.'),
  )
  .max(MAX_ENTRIES);

const domains = z
  .array(
    z
      .string()
      .toLowerCase()
      .regex(/^(?:\*|(?:[0-9a-z-]+\.)*[0-9a-z-]+)$/, 'Expected a domain, as example.com.'),
  )
  .max(MAX_ENTRIES);

const notify = z.strictObject({ email_domains: domains.optional(), callback_hosts: hosts.optional() });

const count = z.int().min(0).optional();
const limits = z.strictObject({ runs_per_hour: count, queued: count, active: count, concurrent_sql: count });

/** A place in the workspace, as `/Shared/etl/`: written as it is compared, so that none can be meant that is not covered. */
const prefix = entry.transform((text, context) => {
  const found = codePrefix(text);
  if (found !== undefined) return found;
  context.addIssue({
    code: 'custom',
    message: 'Expected a path from the root, as /Shared/etl/, without //, . or .. and without escapes.',
  });
  return z.NEVER;
});

const rule = z
  .strictObject({
    id: z
      .string()
      .regex(/^[\w.:-]{1,100}$/, 'Expected 1 to 100 letters, digits, dashes, dots, colons and underscores.'),
    effect: z.enum(['permit', 'forbid']),
    callers: callers.default({}),
    actions: z
      .array(z.enum([...ACTIONS, '*']))
      .min(1)
      .max(ACTIONS.length + 1),
    own: z.boolean().optional(),
    workspaces: entries.optional(),
    templates: entries.optional(),
    jobs: jobs.optional(),
    notebooks: z.array(prefix).max(MAX_ENTRIES).optional(),
    task_types: taskTypes.optional(),
    compute: compute.optional(),
    allow_fields: entries.optional(),
    max_timeout_seconds: z.int().min(1).optional(),
    required_labels: entries.optional(),
    sql: sql.optional(),
    notify: notify.optional(),
    limits: limits.optional(),
  })
  .superRefine(({ effect, limits: given }, context) => {
    if (effect === 'forbid' && given !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['limits'],
        message: 'A forbid has no limits: they belong to a permit.',
      });
    }
  });

/** The content of a policy file. */
export const policySchema = z
  .strictObject({ version: z.literal(1), rules: z.array(rule).max(MAX_RULES) })
  .superRefine(({ rules }, context) => {
    const seen = new Set<string>();
    for (const [index, { id }] of rules.entries()) {
      if (seen.has(id)) {
        context.addIssue({ code: 'custom', path: ['rules', index, 'id'], message: 'Another rule has this id.' });
      }
      seen.add(id);
    }
  });

/** A policy file. */
export type PolicyDocument = z.output<typeof policySchema>;
/** A rule of a policy file. */
export type Rule = PolicyDocument['rules'][number];
