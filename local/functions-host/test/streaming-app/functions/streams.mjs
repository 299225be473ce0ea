import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { app } from '@azure/functions';

app.setup({ enableHttpStream: true });

/** Responses of this process's HTTP servers by invocation: the library itself looks neither at back-pressure nor at a reader that left. */
const responses = new Map();
subscribe('http.server.request.start', ({ request, response }) => {
  const id = request.headers['x-ms-invocation-id'];
  if (id === undefined) return;
  responses.set(id, response);
  response.once('close', () => responses.delete(id));
});

const seen = [];

async function* chunks(response, total) {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  try {
    for (let sent = 0; sent < total; sent += chunk.length) {
      if (response.destroyed) throw new Error('the reader left');
      if (response.writableNeedDrain) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      yield chunk.subarray(0, Math.min(chunk.length, total - sent));
    }
  } finally {
    seen.push(response.writableFinished || !response.destroyed ? 'download ended' : 'download aborted');
  }
}

app.http('upload', {
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: async (request) => {
    let bytes = 0;
    let count = 0;
    try {
      for await (const chunk of request.body) {
        bytes += chunk.length;
        count++;
      }
    } catch (error) {
      seen.push(`upload aborted after ${bytes}`);
      throw error;
    }
    return { jsonBody: { bytes, chunks: count, rssMb: Math.round(process.memoryUsage().rss / 2 ** 20) } };
  },
});
app.http('download', {
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: async (request, context) => ({
    headers: { 'content-type': 'application/octet-stream' },
    body: chunks(responses.get(context.invocationId), Number(request.query.get('bytes'))),
  }),
});
app.http('ticks', {
  authLevel: 'anonymous',
  handler: async () => ({
    body: (async function* () {
      for (const text of ['a', 'b', 'c', 'd']) {
        yield text;
        await sleep(150);
      }
    })(),
  }),
});
app.http('echo', {
  route: 'echo/{name}',
  methods: ['POST', 'PUT', 'DELETE'],
  authLevel: 'anonymous',
  handler: async (request) => ({
    status: 201,
    headers: { 'x-name': request.params.name },
    cookies: [
      { name: 'a', value: '1' },
      { name: 'b', value: '2' },
    ],
    jsonBody: {
      url: request.url,
      method: request.method,
      header: request.headers.get('x-given'),
      query: request.query.get('q'),
      body: await request.text(),
    },
  }),
});
app.http('throwing', {
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  handler: async () => {
    throw new Error('the handler throws');
  },
});
app.http('breaking', {
  authLevel: 'anonymous',
  handler: async () => ({
    body: (async function* () {
      yield 'begun';
      await sleep(50);
      throw new Error('the body breaks off');
    })(),
  }),
});
app.http('seen', { authLevel: 'anonymous', handler: async () => ({ jsonBody: seen }) });
app.http('memory', { authLevel: 'anonymous', handler: async () => ({ jsonBody: { rss: process.memoryUsage().rss } }) });
app.http('params', {
  route: 'params/{name}',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: async (request) => ({ jsonBody: request.params }),
});
