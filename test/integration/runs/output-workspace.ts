import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A workspace of which only outputs can be read; `asked` are the task runs that it was asked for, in order. */
export interface OutputWorkspace extends AsyncDisposable {
  readonly url: string;
  readonly asked: string[];
}

/**
 * Answers `runs/get-output` with the JSON text that `outputOf` has of a task run, 503 where it has none, and nothing
 * before it is `ready`.
 */
export async function startOutputWorkspace(
  outputOf: (taskRunId: string) => string | undefined,
  ready: Promise<void> = Promise.resolve(),
): Promise<OutputWorkspace> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const taskRunId = new URL(request.url ?? '', 'http://workspace').searchParams.get('run_id') ?? '';
    asked.push(taskRunId);
    const output = outputOf(taskRunId);
    void ready.then(() => {
      // Longer than anybody waits for an output, so that it is not asked for again at once.
      if (output === undefined)
        response
          .writeHead(503, { 'retry-after': '60' })
          .end('{"error_code":"TEMPORARILY_UNAVAILABLE","message":"Later."}');
      else response.writeHead(200, { 'content-type': 'application/json' }).end(output);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
