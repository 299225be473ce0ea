import type { Column, ThriftColumn } from './columns.ts';
import type { ResultFiles } from '../result-files.ts';
import { WarehouseFailedError } from '../sql-error.ts';
import type { DriverOperation } from './driver-types.ts';

/**
 * What `fetchNext` of the driver's Arrow and CloudFetch result handlers gives: Arrow IPC bytes and how many rows of
 * them count.
 */
export interface FetchedArrow {
  batches: Uint8Array[];
  rowCount: number;
}

/** A page of a column-based result set (`TRowSet`). */
export interface FetchedColumns {
  columns?: ThriftColumnValues[] | null;
}

/** One of its columns: exactly one member is set. */
export type ThriftColumnValues = Partial<
  Record<
    'boolVal' | 'byteVal' | 'i16Val' | 'i32Val' | 'i64Val' | 'doubleVal' | 'stringVal' | 'binaryVal',
    { values: unknown[]; nulls?: Uint8Array | null } | null
  >
>;

/**
 * The step of the driver's chain of result handlers that hands out what came over the wire, before rows are made of it.
 */
export interface WireSource<Fetched> {
  fetchNext(options: { limit: number }): Promise<Fetched | undefined>;
  hasMore(): Promise<boolean>;
}

/** What the driver returns of a result. */
export interface DriverResult {
  readonly thriftColumns: readonly ThriftColumn[];
  /** The IPC schema message that the server sent; old servers and column-based results have none. */
  readonly arrowSchema: Uint8Array | undefined;
  readonly source:
    | { readonly kind: 'arrow'; readonly wire: WireSource<FetchedArrow> }
    | { readonly kind: 'columns'; readonly wire: WireSource<FetchedColumns> }
    | { readonly kind: 'rows' };
}

interface ThriftMetadata {
  resultFormat?: number | null;
  arrowSchema?: Uint8Array | null;
  lz4Compressed?: boolean | null;
}

/** Thrift's `TSparkRowSetType`; 0 is inline Arrow, 2 rows, which no server sends. */
const COLUMN_BASED_SET = 1;
/** Links to Arrow files. */
const URL_BASED_SET = 3;

/**
 * Describes the result of a finished operation and finds, inside the driver, the source of its bytes: `ResultSlicer →
 * ArrowResultConverter → source`, or `ResultSlicer → JsonResultHandler → RowSetProvider`. This is not the driver's
 * public API (the driver is pinned, `test/integration/sql` holds it to this shape); where the shape is another, `kind`
 * is `rows` and the driver's own rows have to do. `undefined` for a statement without a result.
 */
export async function describeResult(
  operation: DriverOperation,
  files: ResultFiles,
): Promise<DriverResult | undefined> {
  const schema = await operation.getSchema();
  if (schema === null) return undefined;
  const metadata = await (operation as unknown as { getMetadata(): Promise<ThriftMetadata> }).getMetadata();
  const wire = await findWireSource(operation);
  const arrowSchema = metadata.arrowSchema ?? undefined;
  const described = { thriftColumns: (schema.columns ?? []) as ThriftColumn[], arrowSchema };
  // The gateway asks for no compression, so nothing of unknown size has to be unpacked.
  if (metadata.lz4Compressed === true) throw new WarehouseFailedError('The result is compressed, unasked for.');
  if (metadata.resultFormat === URL_BASED_SET) readLinksWith(files, wire);
  if (wire === undefined) return { ...described, source: { kind: 'rows' } };
  if (metadata.resultFormat === COLUMN_BASED_SET) {
    return { ...described, source: { kind: 'columns', wire: wire as WireSource<FetchedColumns> } };
  }
  return { ...described, source: { kind: 'arrow', wire: wire as WireSource<FetchedArrow> } };
}

/**
 * The driver would follow a link to anywhere, over redirects, and unpack what comes without end: the files are read by
 * the gateway's own rules instead. Where the driver's inside has another shape, no link is followed.
 */
function readLinksWith(files: ResultFiles, wire: unknown): void {
  const handler = wire as { fetch?: (link: string, init?: { headers?: unknown }) => Promise<object> } | undefined;
  if (typeof handler?.fetch !== 'function') {
    throw new WarehouseFailedError('The SQL driver has changed inside, and would follow links to anywhere.');
  }
  handler.fetch = async (link, init) => {
    const body = await files.read(link, { headers: init?.headers });
    return { response: { ok: true, status: 200 }, body: body.buffer };
  };
}

async function findWireSource(operation: DriverOperation): Promise<WireSource<unknown> | undefined> {
  const { getResultHandler } = operation as unknown as { getResultHandler?: unknown };
  if (typeof getResultHandler !== 'function') return undefined;
  const slicer: unknown = await (operation as unknown as { getResultHandler(): Promise<unknown> }).getResultHandler();
  const wire = memberOf(memberOf(slicer, 'source'), 'source');
  const isSource = typeof memberOf(wire, 'fetchNext') === 'function' && typeof memberOf(wire, 'hasMore') === 'function';
  return isSource ? (wire as WireSource<unknown>) : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Column types whose values the driver's own rows do not keep exactly (milliseconds, rounded digits). */
const INEXACT_IN_ROWS = /^(TIMESTAMP|DECIMAL|ARRAY|MAP|STRUCT)/;

/**
 * Whether the driver's rows hold these columns exactly and completely: rows are objects, in which equal names collapse.
 */
export function areExactInRows(columns: readonly Column[]): boolean {
  const names = new Set(columns.map((column) => column.name));
  return names.size === columns.length && !columns.some(({ type }) => INEXACT_IN_ROWS.test(type));
}
