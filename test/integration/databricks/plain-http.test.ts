import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { DatabricksProtocolError, DatabricksUnavailableError } from '../../../src/shared/databricks/errors.ts';
import { createJobsClient } from '../../../src/shared/databricks/jobs.ts';
import { createTransport } from '../../../src/shared/databricks/transport.ts';
import { createLog } from '../../../src/shared/telemetry/log.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';

const RUN_ID = '9223372036854775807';

/** Another workspace server, over plain http on this machine. */
async function startServer(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const transport = createTransport({
    host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokens: { getToken: async () => ({ token: 't', expiresAtMs: Number.POSITIVE_INFINITY }), drop: () => {} },
    log: createLog({ sink: () => {}, redactor: createRedactor() }),
  });
  return {
    jobs: createJobsClient(transport),
    async [Symbol.asyncDispose]() {
      await transport[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
    },
  };
}

it('talks to any workspace server on this machine, with every digit of its ids', async () => {
  const seen: string[] = [];
  await using server = await startServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${body}`.trim());
      response.end(`{"run_id":${RUN_ID},"tasks":[{"run_id":9223372036854775806,"task_key":"a"}]}`);
    });
  });

  expect(await server.jobs.submit('{"tasks":[]}')).toEqual({ runId: RUN_ID });
  expect((await server.jobs.getRun(RUN_ID)).tasks[0]?.run_id).toBe('9223372036854775806');
  await server.jobs.cancelRun(RUN_ID);
  expect(seen).toEqual([
    'POST /api/2.2/jobs/runs/submit {"tasks":[]}',
    `GET /api/2.2/jobs/runs/get?run_id=${RUN_ID}`,
    `POST /api/2.2/jobs/runs/cancel {"run_id":${RUN_ID}}`,
  ]);
});

it('stops reading an answer that does not end', async () => {
  let written = 0;
  await using server = await startServer((_request, response) => {
    const chunk = Buffer.alloc(1024 * 1024, 32);
    const write = () => {
      while (!response.destroyed && written < 200) {
        written++;
        if (!response.write(chunk)) return void response.once('drain', write);
      }
    };
    write();
  });

  await expect(server.jobs.getRun('1')).rejects.toThrow(DatabricksProtocolError);
  expect(written).toBeLessThan(100);
});

it('gives up an answer that stalls', async () => {
  await using server = await startServer((_request, response) => void response.write('{"run_id":'));

  await expect(server.jobs.getRun('1', { timeoutMs: 100, budgetMs: 0 })).rejects.toThrow(DatabricksUnavailableError);
});

it('says that nothing listens', async () => {
  const { jobs, [Symbol.asyncDispose]: stop } = await startServer(() => {});
  await stop();

  await expect(jobs.getRun('1', { budgetMs: 0 })).rejects.toThrow(DatabricksUnavailableError);
});
