import { InexactResultError, StatementFailedError, WarehouseFailedError } from '../sql-error.ts';
import type { DriverOperation, DriverSession } from './driver-types.ts';
import { toSqlError } from './driver-error.ts';
import { openResult, type ResultContext } from './result-source.ts';
import { type Namespace, sendsArrow, type ServerFacts, serverFactsOf } from './server-facts.ts';

/** A session that has the namespace it was opened for, and what is known of its server. */
export interface PreparedSession {
  readonly session: DriverSession;
  readonly server: ServerFacts;
  /**
   * Returns once it is certain that the session's time zone is UTC, so that a timestamp sent as text is in UTC.
   * @throws {InexactResultError} for any other zone, and for one that the server does not name
   */
  readonly requireUtc: () => Promise<void>;
}

/**
 * Sees to it that a new session is what was asked for: servers that know no `initialNamespace` ignore it, and would
 * read the tables of another schema.
 * @throws {StatementFailedError} for a namespace that there is not, or that the server cannot take
 */
export async function prepareSession(session: DriverSession, namespace: Namespace): Promise<PreparedSession> {
  const server = serverFactsOf(session);
  if (!isIn(namespace, server.namespace)) await enter(session, namespace);
  // Such a server sends timestamps as text in the session's zone, in which an hour a year stands for two.
  if (!sendsArrow(server)) await run(session, "SET TIME ZONE 'UTC'").catch(unlessRefused);
  let checking: Promise<void> | undefined;
  return { session, server, requireUtc: () => (checking ??= checkUtc(session)) };
}

function isIn(asked: Namespace, actual: Namespace | undefined): boolean {
  return (['catalog', 'schema'] as const).every(
    (part) => asked[part] === undefined || actual?.[part]?.toLowerCase() === asked[part].toLowerCase(),
  );
}

async function enter(session: DriverSession, { catalog, schema }: Namespace): Promise<void> {
  const current: string[] = [];
  try {
    if (catalog !== undefined) await run(session, `SET CATALOG ${quoted(catalog)}`);
    if (schema !== undefined) await run(session, `USE SCHEMA ${quoted(schema)}`);
    const asked = [
      ...(catalog === undefined ? [] : ['current_catalog()']),
      ...(schema === undefined ? [] : ['current_database()']),
    ];
    current.push(...(await firstRow(session, `SELECT ${asked.join(', ')}`)));
  } catch (error) {
    if (!(error instanceof StatementFailedError) || error.errorClass?.startsWith('PARSE_') !== true) throw error;
  }
  const actual = { catalog: catalog === undefined ? undefined : current.shift(), schema: current.shift() };
  if (isIn({ catalog, schema }, actual)) return;
  throw new StatementFailedError(
    'The server takes no catalog and schema for a statement; name them in the statement.',
    {
      code: 'NAMESPACE_NOT_SUPPORTED',
    },
  );
}

/** The responses to what the gateway itself asks are short texts. */
const NEITHER: ResultContext = {
  requireUtc: () => Promise.reject(new WarehouseFailedError('The server responds with what it was not asked for.')),
  files: {
    read: () => Promise.reject(new WarehouseFailedError('The server responds with what it was not asked for.')),
  },
};

/** What the gateway itself asks takes no time. */
const TIMEOUT_SECONDS = 60;
const UTC = /^(?:(?:Etc\/)?(?:UTC|UCT|GMT|Zulu|Universal|Greenwich)|Z|(?:UTC|GMT)?[+-]0{1,2}(?::?00)?)$/i;

async function checkUtc(session: DriverSession): Promise<void> {
  const [zone] = await firstRow(session, 'SELECT current_timezone()').catch(unlessRefused);
  if (zone !== undefined && UTC.test(zone)) return;
  throw new InexactResultError(
    `The server sends TIMESTAMP as text in ${zone === undefined ? 'a time zone that it does not name' : `the time zone ${zone.slice(0, 60)}`}, which is not exact; CAST it to STRING, or set the session time zone to UTC.`,
  );
}

/** An older server may not know the statement. */
function unlessRefused(error: unknown): string[] {
  if (error instanceof StatementFailedError) return [];
  throw error;
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** Runs a statement of the gateway's own. */
async function run(session: DriverSession, statement: string): Promise<void> {
  await perform(session, statement, () => Promise.resolve());
}

/** The first row of a query of the gateway's own, as text. */
async function firstRow(session: DriverSession, query: string): Promise<string[]> {
  return await perform(session, query, async (operation) => {
    const source = await openResult(operation, NEITHER);
    const [first] = (await source.next(1)) ?? [];
    return [...((first?.recordBatch().get(0)?.toArray() ?? []) as unknown[])].map(String);
  });
}

async function perform<Result>(
  session: DriverSession,
  statement: string,
  read: (operation: DriverOperation) => Promise<Result>,
): Promise<Result> {
  try {
    const operation = await session.executeStatement(statement, { maxRows: 1, queryTimeout: TIMEOUT_SECONDS });
    try {
      await operation.finished();
      return await read(operation);
    } finally {
      void operation.close().catch(() => undefined);
    }
  } catch (error) {
    throw toSqlError(error);
  }
}
