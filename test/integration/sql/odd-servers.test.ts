import { tableFromIPC } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { WarehouseUnavailableError } from '../../../src/shared/sql/sql-error.ts';
import { ClientGoneError } from '../../../src/shared/streaming/client-gone-error.ts';
import { ask, bodyOf, clientOf, openConnection, rowsOf, textOf } from './local-warehouse.ts';
import { type OddAnswer, type OddColumn, type OddServerOptions, startOddServer } from './odd-server.ts';

const DATABRICKS_V8 = 0xa508;
const text = (name: string, ...values: (string | null)[]): OddColumn => ({ name, type: 'STRING_TYPE', values });
const stamp = (...values: (string | null)[]): OddColumn => ({ name: 't', type: 'TIMESTAMP_TYPE', values });

/** A server whose session is in `zone` until it is set to another, if it can be. */
function inZone(zone: string, columns: OddColumn[], can: { change?: boolean; tell?: boolean } = {}) {
  let current = zone;
  const unknown = { error: { message: '[PARSE_SYNTAX_ERROR] Syntax error. SQLSTATE: 42601' } };
  return (statement: string): OddAnswer => {
    if (statement.startsWith('SET TIME ZONE')) {
      if (can.change === false) return unknown;
      current = 'UTC';
      return {};
    }
    if (statement.includes('current_timezone')) return can.tell === false ? unknown : { columns: [text('z', current)] };
    return { columns };
  };
}

async function withServer<Result>(
  options: OddServerOptions,
  use: (client: ReturnType<typeof clientOf>, server: Awaited<ReturnType<typeof startOddServer>>) => Promise<Result>,
): Promise<Result> {
  await using server = await startOddServer(options);
  await using client = clientOf(server.port);
  return await use(client, server);
}

describe('a timestamp that comes as text', () => {
  const columns = [stamp('2024-07-01 12:00:00', null, '-0044-03-15 00:00:00.5', '+12024-01-01 00:00:00.000001')];
  const written = [
    '2024-07-01T12:00:00.000000Z',
    null,
    '-0044-03-15T00:00:00.500000Z',
    '+12024-01-01T00:00:00.000001Z',
  ];

  test('is in UTC in every format: an old server gets its sessions set to it', async () => {
    await withServer({ answer: inZone('America/New_York', columns) }, async (client) => {
      const json = await rowsOf(client, 'SELECT t');
      expect([json.columns[0]?.type, json.rows.flat()]).toEqual(['TIMESTAMP', written]);
      expect(await textOf(client, 'SELECT t', { format: 'csv' })).toBe(`t\r\n${written.join('\r\n')}\r\n`);
      const arrow = tableFromIPC(await bodyOf(await ask(client, 'SELECT t', { format: 'arrow' })));
      expect([String(arrow.schema.fields[0]?.type), arrow.getChildAt(0)?.get(0)]).toEqual([
        'Timestamp<MICROSECOND, Etc/UTC>',
        Date.UTC(2024, 6, 1, 12),
      ]);
    });
  });

  test.each([
    ['the zone cannot be set', undefined, { change: false }],
    ['the zone is not named', undefined, { tell: false }],
    ['a server of today sends columns in another zone', DATABRICKS_V8, {}],
  ])('is refused where %s', async (_name, protocolVersion, can) => {
    const answer = inZone('America/New_York', columns, can);
    await withServer({ answer, ...(protocolVersion ? { protocolVersion } : {}) }, async (client) => {
      for (const format of ['json', 'ndjson', 'csv', 'arrow'] as const) {
        await expect(ask(client, 'SELECT t', { format })).rejects.toMatchObject({
          code: 'RESULT_NOT_EXACT',
        });
      }
    });
  });

  test('is as good as ever from a server of today whose sessions are in UTC', async () => {
    await withServer({ protocolVersion: DATABRICKS_V8, answer: inZone('Etc/UTC', columns) }, async (client, server) => {
      expect((await rowsOf(client, 'SELECT t')).rows.flat()).toEqual(written);
      expect(server.statements.filter((statement) => statement.startsWith('SET'))).toEqual([]);
    });
  });

  test('is not looked for where there is none', async () => {
    await withServer({ answer: inZone('Asia/Tokyo', [text('s', 'x')], { change: false }) }, async (client) => {
      expect((await rowsOf(client, 'SELECT s')).rows).toEqual([['x']]);
    });
  });

  test.each(['2024-02-30 00:00:00', '2024-07-01', 'now', '2024-07-01 12:00:00.0000001', '2024-07-01 24:00:00'])(
    'that is none is an error: %s',
    async (value) => {
      await withServer({ answer: inZone('UTC', [stamp(value)]) }, async (client) => {
        await expect(ask(client, 'SELECT t')).rejects.toMatchObject({ code: 'WAREHOUSE_FAILED' });
      });
    },
  );
});

describe('other types that come as text', () => {
  test('have their own type in Arrow too', async () => {
    const columns: OddColumn[] = [
      { name: 'd', type: 'DATE_TYPE', values: ['2024-02-29', '-0044-03-15', '+12024-01-01', null] },
      {
        name: 'n',
        type: 'DECIMAL_TYPE',
        qualifiers: { precision: 38, scale: 2 },
        values: ['-1.50', '999999999999999999999999999999999999.99', '1E+3', null],
      },
    ];
    await withServer({ answer: () => ({ columns }) }, async (client) => {
      expect((await rowsOf(client, 'SELECT 1')).rows).toEqual([
        ['2024-02-29', '-1.50'],
        ['-0044-03-15', '999999999999999999999999999999999999.99'],
        ['+12024-01-01', '1000.00'],
        [null, null],
      ]);
      const arrow = tableFromIPC(await bodyOf(await ask(client, 'SELECT 1', { format: 'arrow' })));
      expect(arrow.schema.fields.map(({ type }) => String(type))).toEqual(['Date32<DAY>', 'Decimal[38e+2]']);
    });
  });

  test.each(['1.234', 'NaN', '1,"x":2', ''])('a decimal that is none is an error: %s', async (value) => {
    const qualifiers = { precision: 9, scale: 2 };
    const columns: OddColumn[] = [{ name: 'n', type: 'DECIMAL_TYPE', qualifiers, values: [value] }];
    await withServer({ answer: () => ({ columns }) }, async (client) => {
      await expect(ask(client, 'SELECT 1', { numbers: 'native' })).rejects.toMatchObject({ code: 'WAREHOUSE_FAILED' });
    });
  });

  test('nested values stay the text that they are', async () => {
    const values = ['["a","b"]', '{"a":"x","b":"y"}', '[NaN]', null];
    for (const type of ['ARRAY_TYPE', 'MAP_TYPE', 'STRUCT_TYPE'] as const) {
      await withServer({ answer: () => ({ columns: [{ name: 'v', type, values }] }) }, async (client) => {
        const json = await rowsOf(client, 'SELECT 1');
        expect([json.columns[0]?.type, json.rows.flat()]).toEqual(['STRING', values]);
        expect(await textOf(client, 'SELECT 1', { format: 'ndjson' })).toContain(String.raw`{"v":"[\"a\",\"b\"]"}`);
      });
    }
  });
});

describe('a namespace', () => {
  const NAMESPACE = { statement: 'SELECT x FROM h7t', schema: 'other' };
  const knows =
    (schema: string) =>
    (statement: string): OddAnswer => {
      if (statement.startsWith('USE SCHEMA') && !statement.includes('`other`')) {
        return { error: { message: '[SCHEMA_NOT_FOUND] The schema cannot be found. SQLSTATE: 42704' } };
      }
      if (statement.includes('current_')) return { columns: [text('c', schema)] };
      return { columns: [text('x', 'row')] };
    };

  test('is entered first where the server does not say that it knows it', async () => {
    await withServer({ answer: knows('OTHER') }, async (client, server) => {
      expect((await rowsOf(client, NAMESPACE)).rows).toEqual([['row']]);
      expect(server.statements.indexOf('USE SCHEMA `other`')).toBeLessThan(
        server.statements.indexOf(NAMESPACE.statement),
      );
      expect(server.statements).toContain('USE SCHEMA `other`');
    });
  });

  test.each([
    ['there is not', { ...NAMESPACE, schema: 'no`ne' }, 'other', 'STATEMENT_FAILED'],
    ['the server ignores', NAMESPACE, 'default', 'NAMESPACE_NOT_SUPPORTED'],
    ['of a catalog that the server ignores', { ...NAMESPACE, catalog: 'c' }, 'default', 'NAMESPACE_NOT_SUPPORTED'],
  ])('that %s is refused before the statement is sent', async (_name, request, schema, code) => {
    for (const protocolVersion of [9, DATABRICKS_V8]) {
      await withServer({ protocolVersion, answer: knows(schema) }, async (client, server) => {
        await expect(ask(client, request)).rejects.toMatchObject({ code });
        expect(server.statements).not.toContain(request.statement);
      });
    }
  });

  test('needs no statement where the server says that it is in it', async () => {
    const options = { protocolVersion: DATABRICKS_V8, echoesNamespace: true, answer: knows('other') };
    await withServer(options, async (client, server) => {
      expect((await rowsOf(client, { ...NAMESPACE, catalog: 'c' })).rows).toEqual([['row']]);
      expect(server.statements).toEqual([NAMESPACE.statement]);
    });
  });
});

describe('parameters', () => {
  test.each([
    ['named', [{ name: 'a', value: 1 }]],
    ['positional', [{ value: 1 }]],
  ])('that are %s are refused where the server takes none', async (_name, parameters) => {
    await withServer({ answer: () => ({ columns: [text('x', 'row')] }) }, async (client, server) => {
      const asked = ask(client, { statement: 'SELECT 1', parameters });
      await expect(asked).rejects.toMatchObject({ code: 'PARAMETERS_NOT_SUPPORTED' });
      expect(server.statements).not.toContain('SELECT 1');
    });
  });
});

describe('what has been carried out', () => {
  const write = 'INSERT INTO t VALUES (1)';
  const options = { allowedClasses: ['*'] };
  const answer = (given: OddAnswer) => (statement: string) => (statement === write ? given : {});

  test.each([
    ['without lists for its column', { columns: [text('n')], noLists: true }],
    ['with values that cannot be read', { columns: [{ ...text('n', '1'), type: 'INT_TYPE' as const }] }],
    ['with rows that break off', { columns: [text('n', '1')], rows: 'cut' as const }],
    ['with rows that never come', { columns: [text('n')], rows: 'never' as const }],
  ])('is told as a success %s', async (_name, given) => {
    await withServer({ answer: answer(given) }, async (client, server) => {
      expect(await rowsOf(client, write, options)).toMatchObject({ rows: [], row_count: 0 });
      expect(server.statements.filter((statement) => statement === write)).toHaveLength(1);
    });
  });

  test('is nothing where the statement could not be sent, and that is what is told', async () => {
    await using server = await startOddServer({ protocolVersion: DATABRICKS_V8, answer: () => ({}) });
    const noToken = new WarehouseUnavailableError('There is no token.');
    await using client = clientOf(server.port, {
      getToken: async () => {
        if (server.calls.includes('OpenSession')) throw noToken;
        return { token: 'local', expiresAtMs: Infinity };
      },
    });
    await expect(ask(client, write, options)).rejects.toBe(noToken);
    expect(server.statements).toEqual([]);
  });

  test('or not is said not to be known, and it is not sent again', async () => {
    await withServer({ answer: answer({ lost: true }) }, async (client, server) => {
      await expect(ask(client, write, options)).rejects.toMatchObject({
        code: 'OUTCOME_UNKNOWN',
        retryable: false,
      });
      expect(server.statements.filter((statement) => statement === write)).toHaveLength(1);
    });
  });
});

test('a cancelled statement is cancelled once more by the end of its session, a while later', async () => {
  await withServer({ protocolVersion: DATABRICKS_V8, answer: () => ({ running: true }) }, async (client, server) => {
    const connection = openConnection();
    const asking = ask(client, 'SELECT 1', { connection });
    await expect.poll(() => server.calls).toContain('GetOperationStatus');
    connection.leave(new ClientGoneError());
    await expect(asking).rejects.toBeInstanceOf(ClientGoneError);
    await expect.poll(() => server.calls).toContain('CloseSession');
    expect(server.calls.indexOf('CancelOperation')).toBeGreaterThan(-1);
    expect(server.calls.indexOf('CancelOperation')).toBeLessThan(server.calls.indexOf('CloseSession'));
  });
});

describe('a server that makes no sense', () => {
  test.each<[string, OddAnswer]>([
    ['announces rows for ever', { columns: [text('n')], rows: 'never' }],
    ['sends text for a number', { columns: [{ ...text('n', '1'), type: 'INT_TYPE' }] }],
    ['sends numbers for a text', { columns: [{ name: 'n', type: 'STRING_TYPE', form: 'doubleVal', values: [1] }] }],
    ['sends columns of different lengths', { columns: [text('a', 'x'), text('b', 'x', 'y')] }],
  ])('is an error, not a wait: it %s', async (_name, given) => {
    await withServer({ answer: () => given }, async (client) => {
      await expect(ask(client, 'SELECT 1')).rejects.toMatchObject({ code: 'WAREHOUSE_FAILED' });
    });
  });

  test('gives no rows for a result without lists', async () => {
    await withServer({ answer: () => ({ columns: [text('n')], noLists: true }) }, async (client) => {
      expect((await rowsOf(client, 'SELECT 1')).rows).toEqual([]);
    });
  });
});
