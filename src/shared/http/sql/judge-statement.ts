import type { AppContext } from '../../context.ts';
import { NO_CALLER_LIMITS, type CallerLimits } from '../../domain/caller-limits.ts';
import type { SqlFacts } from '../../policy/policy-request.ts';
import { classify, guardClass, reachesOf } from '../../sql/guard/statement-guard.ts';
import type { StatementClass } from '../../sql/guard/statement-class.ts';
import { READ_CLASSES } from '../../sql/guard/statement-words.ts';
import { StatementFailedError } from '../../sql/sql-error.ts';
import type { SqlRequest } from '../../sql/sql-request.ts';
import { type Asked, decide } from '../authorize.ts';
import type { Call } from '../handler.ts';
import { ProblemError } from '../problem.ts';

/** What a statement is that may pass, and the rule that lets it; null without a policy. */
export interface Judged extends Pick<StatementClass, 'isRead' | 'isPlainSelect'> {
  readonly rule: string | null;
  readonly limits: CallerLimits;
}

/** Nothing is known of it, so it may have done anything. */
const UNREADABLE = { isRead: false, isPlainSelect: false };

/**
 * Lets a statement pass that the policy allows; without a policy, one that only reads. `known`: its class, where it has
 * been read already; a long statement takes its time.
 * @throws {ProblemError} 403 where the policy refuses it
 * @throws {StatementRefusedError} 403 without a policy
 * @throws {StatementFailedError} 422 where it cannot be read, and no rule lets such a statement pass
 */
export async function judgeStatement(
  context: AppContext,
  call: Call,
  { statement, known, ...given }: Pick<SqlRequest, 'statement'> & Given & { known?: StatementClass | undefined },
  workspace: string,
): Promise<Judged> {
  if (!context.policy.current().hasRules) {
    const passed = guardClass(known ?? (await classify(statement)), [], { parameters: given.parameters });
    return { ...passed, rule: null, limits: NO_CALLER_LIMITS };
  }
  const found = known ?? (await classified(statement));
  const asked = askedStatement(found, given, workspace);
  const decision = decide(context, call, asked);
  if (decision.allowed) {
    const { caller, requestId } = call;
    const { action } = asked;
    const { rule, limits } = decision;
    if (action === 'sql:write') context.audit.allowed({ caller, action, resource: workspace, rule, requestId });
    const { isRead, isPlainSelect } = found instanceof StatementFailedError ? UNREADABLE : found;
    return { isRead, isPlainSelect, rule, limits };
  }
  if (found instanceof StatementFailedError) throw found;
  throw new ProblemError('POLICY_REFUSED', `${found.classes.join(', ')}: ${decision.detail}`);
}

/** Of a request, what says how its statement is read. */
type Given = Pick<SqlRequest, 'parameters' | 'catalog' | 'schema'>;

/** What the policy is asked about a statement. One that cannot be read may write. */
export function askedStatement(found: StatementClass | StatementFailedError, given: Given, workspace: string): Asked {
  if (found instanceof StatementFailedError) return { action: 'sql:write', workspace, sql: UNREADABLE_FACTS };
  const action = READ_CLASSES.has(found.name) ? 'sql:read' : 'sql:write';
  return { action, workspace, sql: factsOf(found, given) };
}

const UNREADABLE_FACTS: SqlFacts = { classes: null, functions: [], catalogs: null };

/** Its class, or why it cannot be read. @throws {StatementFailedError} for no statement and for several */
export async function classified(statement: string): Promise<StatementClass | StatementFailedError> {
  try {
    return await classify(statement);
  } catch (error) {
    if (error instanceof StatementFailedError && error.code === 'STATEMENT_UNREADABLE') return error;
    throw error;
  }
}

function factsOf(found: StatementClass, given: Given): SqlFacts {
  const functions = [...new Set(reachesOf(found, given.parameters).map(({ name }) => name))];
  return { classes: found.classes, functions, catalogs: catalogsOf(found, given) };
}

/**
 * A name without a catalog is in that of the request. Only Databricks knows which one a session begins with otherwise,
 * and whether a schema with a dot is one of another catalog.
 */
function catalogsOf({ catalogs }: StatementClass, { catalog, schema = '' }: Given): readonly string[] | null {
  if (catalogs === undefined) return null;
  if (!catalogs.usesDefault) return catalogs.named;
  return catalog === undefined || /[.`]/.test(schema) ? null : [...new Set([...catalogs.named, catalog])];
}
