import { Readable } from 'node:stream';
import type { TransactionAction } from '@azure/data-tables';
import { RestError } from '@azure/data-tables';
import type { Storage } from '../../src/shared/storage/storage.ts';

type Row = Record<string, unknown> & { partitionKey: string; rowKey: string };

const ROWS_PER_PAGE = 1_000;

/** A storage account in memory that counts, for what cannot be seen or would take hours with a real one. */
export interface MemoryStorage extends Storage {
  /** Rows that the service has looked at for a list or a read. */
  rowsRead: number;
  /** Requests of any kind: a page of a list, a read, a write, a transaction being one. */
  requests: number;
  /** Calls that changed something, a transaction being one. */
  writes: number;
  /** So many more calls may change something; whatever comes then fails, as if the process had ended. */
  writesLeft: number;
  /** Rows of a table as they stand, in the order of their keys. */
  rows(table: string): Row[];
  /** Puts many rows into a table at once. */
  load(table: string, rows: Row[]): void;
  /** What has been sent to a queue, oldest first. */
  sent(queue: string): SentMessage[];
}

/** A message as it was sent; times in seconds. */
interface SentMessage {
  text: string;
  visibilityTimeout: number | undefined;
  messageTimeToLive: number | undefined;
}

/** Opens an empty account; `now` is the clock of the service. */
export function openMemoryStorage(now: () => number): MemoryStorage {
  const tables = new Map<string, Table>();
  const blobs = new Map<string, Uint8Array>();
  const queues = new Map<string, SentMessage[]>();
  const sent = (name: string): SentMessage[] => {
    const messages = queues.get(name) ?? [];
    queues.set(name, messages);
    return messages;
  };
  const tableOf = (name: string): Table => {
    const table = tables.get(name) ?? new Table(now, storage);
    tables.set(name, table);
    return table;
  };
  const storage: MemoryStorage = {
    rowsRead: 0,
    requests: 0,
    writes: 0,
    writesLeft: Infinity,
    rows: (table) => tableOf(table).all(),
    load: (table, rows) => tableOf(table).load(rows),
    table: async (name) => tableOf(name) as never,
    container: async () => containerOf(blobs, storage) as never,
    sent,
    queue: async (name) => queueOf(sent(name)) as never,
  };
  return storage;
}

/** The part of a queue client that the gateway uses. */
function queueOf(messages: SentMessage[]) {
  return {
    sendMessage: async (text: string, { visibilityTimeout, messageTimeToLive }: Partial<SentMessage> = {}) => {
      messages.push({ text, visibilityTimeout, messageTimeToLive });
    },
    peekMessages: async () => ({ peekedMessageItems: messages.map(({ text }) => ({ messageText: text })) }),
  };
}

type Count = Pick<MemoryStorage, 'rowsRead' | 'requests' | 'writes' | 'writesLeft'>;

/** The part of a table client that the ledger uses. */
class Table {
  readonly #now: () => number;
  readonly #count: Count;
  readonly #rows = new Map<string, Row>();
  #keys: string[] = [];
  #version = 0;

  constructor(now: () => number, count: Count) {
    this.#now = now;
    this.#count = count;
  }

  all(): Row[] {
    return this.#keys.map((key) => this.#existing(key));
  }

  load(rows: Row[]): void {
    for (const row of rows) this.#rows.set(keyOf(row), this.#stamped(row));
    this.#keys = [...this.#rows.keys()].toSorted();
  }

  async getEntity(partitionKey: string, rowKey: string): Promise<Row> {
    this.#count.requests++;
    this.#count.rowsRead++;
    return { ...this.#existing(keyOf({ partitionKey, rowKey })) };
  }

  async createEntity(row: Row): Promise<{ etag: string }> {
    await this.submitTransaction([['create', row]]);
    return this.#etagOf(row);
  }

  async upsertEntity(row: Row, mode: 'Merge' | 'Replace'): Promise<void> {
    await this.submitTransaction([['upsert', row, mode]]);
  }

  async updateEntity(row: Row, mode: 'Merge' | 'Replace', options: { etag?: string } = {}): Promise<{ etag: string }> {
    await this.submitTransaction([['update', row, mode, options]]);
    return this.#etagOf(row);
  }

  async deleteEntity(partitionKey: string, rowKey: string, options: { etag?: string } = {}): Promise<void> {
    const found = this.#existing(keyOf({ partitionKey, rowKey }));
    if (options.etag !== undefined && options.etag !== found['etag']) throw failed(412);
    await this.submitTransaction([['delete', { partitionKey, rowKey }]]);
  }

  /** All of the actions, or none. */
  async submitTransaction(actions: readonly TransactionAction[]): Promise<void> {
    this.#count.requests++;
    if (this.#count.writesLeft <= 0) throw new Error('The process has ended.');
    for (const action of actions) this.#check(action);
    this.#count.writesLeft--;
    this.#count.writes++;
    for (const action of actions) this.#apply(action);
  }

  listEntities({ queryOptions: { filter } }: { queryOptions: { filter: string } }) {
    const pages = (maxPageSize: number, after?: string) => this.#pages(filter, maxPageSize, after);
    const rows = (async function* () {
      for await (const page of pages(ROWS_PER_PAGE)) yield* page;
    })();
    return Object.assign(rows, {
      byPage: ({ maxPageSize, continuationToken }: { maxPageSize?: number; continuationToken?: string }) =>
        pages(maxPageSize ?? ROWS_PER_PAGE, continuationToken),
    });
  }

  /** The token of a page is the key of its last row; an empty page may follow. */
  async *#pages(
    filter: string,
    maxPageSize: number,
    after = '',
  ): AsyncGenerator<Row[] & { continuationToken?: string }> {
    const matches = filterOf(filter);
    const page: Row[] = [];
    const [from, to] = rangeOf(filter);
    this.#count.requests++;
    for (let at = this.#position(after > from ? `${after}\u0000` : from); at < this.#keys.length; at++) {
      const key = this.#keys[at] as string;
      if (key >= to) break;
      this.#count.rowsRead++;
      const row = this.#existing(key);
      if (matches(row)) page.push({ ...row });
      if (page.length < maxPageSize) continue;
      yield Object.assign(page.splice(0), { continuationToken: key });
      this.#count.requests++;
      at = this.#position(key);
    }
    yield page;
  }

  #check(action: TransactionAction): void {
    const [kind, entity, , options] = action as [string, Row, unknown, { etag?: string } | undefined];
    const found = this.#rows.get(keyOf(entity));
    if (kind === 'create' && found !== undefined) throw failed(409);
    if ((kind === 'delete' || kind === 'update') && found === undefined) throw failed(404);
    if (options?.etag !== undefined && options.etag !== found?.['etag']) throw failed(412);
  }

  #apply(action: TransactionAction): void {
    const [kind, entity, mode] = action as [string, Row, string | undefined];
    const key = keyOf(entity);
    const found = this.#rows.get(key);
    if (kind === 'delete') {
      this.#rows.delete(key);
      this.#keys.splice(this.#position(key), 1);
      return;
    }
    if (found === undefined) this.#keys.splice(this.#position(key), 0, key);
    this.#rows.set(key, this.#stamped(mode === 'Merge' ? { ...found, ...entity } : entity));
  }

  #stamped(row: Row): Row {
    return { ...row, etag: String(++this.#version), timestamp: new Date(this.#now()).toISOString() };
  }

  #etagOf(row: Row): { etag: string } {
    return { etag: String(this.#existing(keyOf(row))['etag']) };
  }

  #existing(key: string): Row {
    const found = this.#rows.get(key);
    if (found === undefined) throw failed(404);
    return found;
  }

  /** Where a key stands, or would. */
  #position(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function keyOf({ partitionKey, rowKey }: { partitionKey: string; rowKey: string }): string {
  return `${partitionKey}\n${rowKey}`;
}

function failed(statusCode: number): RestError {
  return new RestError(`Status ${statusCode}.`, {
    statusCode,
    ...(statusCode === 404 ? { code: 'ResourceNotFound' } : {}),
  });
}

const CONDITION = /^(\w+) (eq|ne|gt|ge|lt|le) '(.*)'$/;

function conditionsOf(filter: string): { column: string; operator: string; value: string }[] {
  return filter.split(' and ').map((condition) => {
    const [, column, operator, value] = CONDITION.exec(condition) ?? [];
    if (column === undefined || operator === undefined || value === undefined)
      throw new Error(`This filter is not understood here: ${filter}`);
    return { column, operator, value };
  });
}

/** The keys that a service with an index on both keys has to look at. */
function rangeOf(filter: string): [from: string, to: string] {
  let partition = '';
  let from = '';
  let to = '\u{ffff}';
  for (const { column, operator, value } of conditionsOf(filter)) {
    if (column === 'PartitionKey') partition = value;
    else if (column === 'RowKey' && operator.startsWith('g')) from = value;
    else if (column === 'RowKey' && operator.startsWith('l')) to = value;
  }
  return [keyOf({ partitionKey: partition, rowKey: from }), keyOf({ partitionKey: partition, rowKey: to })];
}

const COMPARISONS: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  gt: (left, right) => left > right,
  ge: (left, right) => left >= right,
  lt: (left, right) => left < right,
  le: (left, right) => left <= right,
};

function filterOf(filter: string): (row: Row) => boolean {
  const conditions = conditionsOf(filter);
  const names: Record<string, string> = { PartitionKey: 'partitionKey', RowKey: 'rowKey' };
  return (row) =>
    conditions.every(({ column, operator, value }) => {
      const content = row[names[column] ?? column];
      return typeof content === 'string' && COMPARISONS[operator]?.(content, value) === true;
    });
}

/** The part of a container client that is used. */
function containerOf(blobs: Map<string, Uint8Array>, count: Pick<MemoryStorage, 'requests'>) {
  const bytesOf = (name: string): Uint8Array => {
    const bytes = blobs.get(name);
    if (bytes === undefined) throw failed(404);
    return bytes;
  };
  const blobOf = (name: string) => ({
    async upload(bytes: Uint8Array) {
      count.requests++;
      blobs.set(name, bytes);
    },
    async download() {
      count.requests++;
      return { readableStreamBody: Readable.from([bytesOf(name)]), etag: '1' };
    },
    async downloadToBuffer() {
      count.requests++;
      return Buffer.from(bytesOf(name));
    },
    async deleteIfExists() {
      count.requests++;
      blobs.delete(name);
    },
  });
  return {
    getBlockBlobClient: blobOf,
    getBlobClient: blobOf,
    listBlobsFlat: ({ prefix }: { prefix: string }) => ({
      async *byPage() {
        const names = [...blobs.keys()].filter((name) => name.startsWith(prefix));
        yield { segment: { blobItems: names.map((name) => ({ name })) } };
      },
    }),
  };
}
