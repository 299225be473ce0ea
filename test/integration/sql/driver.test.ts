import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { DBSQLClient } from '@databricks/sql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ByteWriter } from '../../../src/shared/sql/encode/byte-writer.ts';
import { ndjsonFormat } from '../../../src/shared/sql/encode/encode-ndjson.ts';
import { connect, loadDriver } from '../../../src/shared/sql/warehouse/driver.ts';
import type { DriverSession } from '../../../src/shared/sql/warehouse/driver-types.ts';
import { describeResult } from '../../../src/shared/sql/warehouse/driver-results.ts';
import { openResult, type ResultContext } from '../../../src/shared/sql/warehouse/result-source.ts';
import { type LocalWarehouse, startWarehouse } from './local-warehouse.ts';

let warehouse: LocalWarehouse;
let client: DBSQLClient;
let session: DriverSession;

beforeAll(async () => {
  warehouse = await startWarehouse();
  const address = {
    host: '127.0.0.1',
    port: warehouse.port,
    httpPath: '/sql/1.0/warehouses/0123456789abcdef',
    isPlainHttp: true,
  };
  client = await connect(await loadDriver(), address, async () => 'local');
  session = await client.openSession();
});

afterAll(async () => {
  await client.close();
  await warehouse[Symbol.asyncDispose]();
});

const MIXED = `SELECT CAST(9007199254740993 AS BIGINT) AS b, CAST('-9007199254740993.50' AS DECIMAL(38,2)) AS d, true AS t,
  TIMESTAMP'9999-12-31 23:59:59.999999' AS ts, DATE'0001-01-01' AS day, 'é' AS s, CAST(NULL AS INT) AS n, array(1, 2) AS a, X'00ff' AS bin, 1.5D AS f`;

/** What a result is opened with: no file may be read, and whatever zone the server is in is UTC. */
const CONTEXT: ResultContext = {
  requireUtc: () => Promise.resolve(),
  files: { read: () => Promise.reject(new Error('No file is to be read.')) },
};

async function lines(statement: string): Promise<string> {
  const source = await openResult(await session.executeStatement(statement), CONTEXT);
  const format = ndjsonFormat(source.columns, { numbers: 'string' });
  const out = new ByteWriter();
  for (let page = await source.next(1000); page !== undefined; page = await source.next(1000)) {
    for (const batch of page) {
      const write = format.rowWriter(batch.recordBatch());
      for (let row = 0; row < batch.rowCount; row++) write(out, row, false);
    }
  }
  return out.take().toString();
}

describe('the pinned driver', () => {
  test('has the inside that batches are taken from', async () => {
    const operation = await session.executeStatement('SELECT 1 AS a');
    const result = await describeResult(operation, CONTEXT.files);
    expect(result?.source.kind).toBe('arrow');
    expect(result?.arrowSchema).toBeInstanceOf(Uint8Array);
    await operation.close();
  });

  test('says what a statement without a result is', async () => {
    const operation = await session.executeStatement('CREATE SCHEMA IF NOT EXISTS empty_handed');
    await operation.finished();
    const result = await describeResult(operation, CONTEXT.files);
    expect(result?.thriftColumns ?? []).toEqual([]);
  });
});

describe('a server that sends columns instead of Arrow', () => {
  test('gives the same exact values, and of a nested one its text', async () => {
    const config = (client as unknown as { config: { arrowEnabled: boolean } }).config;
    const asArrow = (await lines(MIXED)).replace('"a":[1,2]', '"a":"[1,2]"');
    config.arrowEnabled = false;
    try {
      const operation = await session.executeStatement('SELECT 1 AS a');
      expect((await describeResult(operation, CONTEXT.files))?.source.kind).toBe('columns');
      expect(await lines(MIXED)).toBe(asArrow);
      expect((await lines('SELECT id FROM range(2500) AS t(id)')).trimEnd().split('\n')).toHaveLength(2500);
    } finally {
      config.arrowEnabled = true;
    }
  });
});

describe('a driver with another inside', () => {
  const changed = async (statement: string) => {
    const operation = await session.executeStatement(statement);
    (operation as unknown as { getResultHandler: unknown }).getResultHandler = undefined;
    return operation;
  };

  test('still gives rows where they are exact', async () => {
    const source = await openResult(
      await changed("SELECT id, concat('row ', CAST(id AS STRING)) AS s FROM range(3) AS t(id)"),
      CONTEXT,
    );
    const [batch] = (await source.next(1000)) ?? [];
    const rows = batch?.recordBatch().toArray() as { toJSON(): unknown }[];
    expect(rows.map((row) => row.toJSON())).toEqual([
      { id: 0n, s: 'row 0' },
      { id: 1n, s: 'row 1' },
      { id: 2n, s: 'row 2' },
    ]);
  });

  test('gives an error where its rows would not be exact', async () => {
    await expect(
      openResult(await changed("SELECT TIMESTAMP'2024-01-01 00:00:00.000001' AS t"), CONTEXT),
    ).rejects.toMatchObject({
      code: 'WAREHOUSE_FAILED',
    });
  });
});

test.each<[string, RequestListener, object]>([
  [
    'breaks off in its middle',
    (_request, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('only a part', () => setImmediate(() => response.destroy()));
    },
    { type: 'system' },
  ],
  [
    'becomes large when it is unpacked',
    (_request, response) => {
      response
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(130 * 1024 * 1024), { level: 1 }));
    },
    { type: 'max-size' },
  ],
  [
    'points elsewhere',
    (_request, response) => {
      response.writeHead(307, { location: 'http://evil.invalid/' }).end();
    },
    { statusCode: 307 },
  ],
])('an answer that %s fails its call', async (_name, listener, failure) => {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const address = { host: '127.0.0.1', port, httpPath: '/sql/1.0/warehouses/0', isPlainHttp: true };
  const cutOff = await connect(await loadDriver(), address, async () => 'local');
  await expect(cutOff.openSession()).rejects.toMatchObject(failure);
  server.close();
});
