import { readFile } from 'node:fs/promises';
import { DBSQLClient } from '@databricks/sql';
import type { StackAddresses } from './stack-process.ts';

const WAREHOUSE_PATH = '/sql/1.0/warehouses/0123456789abcdef';

/** The reference: the driver as a program would use it by itself. */
export async function openDriver({ warehouseUrl, token, caFile }: StackAddresses) {
  const { hostname, port } = new URL(warehouseUrl);
  const client = new DBSQLClient({ logger: { log: () => undefined } });
  await client.connect({
    host: hostname,
    port: Number(port),
    path: WAREHOUSE_PATH,
    token,
    telemetryEnabled: false,
    customCaCert: await readFile(caFile),
  });
  const session = await client.openSession();
  return {
    /** All rows as JSON text. */
    async json(statement: string): Promise<string> {
      const operation = await session.executeStatement(statement);
      const rows = await operation.fetchAll();
      await operation.close();
      return JSON.stringify(rows);
    },
    async [Symbol.asyncDispose]() {
      await session.close();
      await client.close();
    },
  };
}

export type DriverClient = Awaited<ReturnType<typeof openDriver>>;
