import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Readable } from 'node:stream';
import { type Measure, printMeasures, residentMb, startBenchHost } from './measured-host.ts';

const megabyte = 2 ** 20;
const sizeMb = 20;
const rounds = 10;

function* pieces(): Generator<Buffer> {
  for (let sent = 0; sent < sizeMb * 16; sent++) yield Buffer.alloc(megabyte / 16, 'x');
}

async function upload(url: string): Promise<void> {
  const body = Readable.toWeb(Readable.from(pieces()));
  const response = await fetch(`${url}/api/upload`, { method: 'POST', body, duplex: 'half' } as unknown as RequestInit);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`upload: ${response.status}`);
}

async function download(url: string): Promise<void> {
  const response = await fetch(`${url}/api/download?bytes=${sizeMb * megabyte}`);
  let bytes = 0;
  for await (const chunk of response.body as ReadableStream<Uint8Array>) bytes += chunk.length;
  if (bytes !== sizeMb * megabyte) throw new Error(`download: ${bytes} bytes`);
}

async function mbPerSecond(transfer: () => Promise<void>): Promise<number> {
  await transfer();
  const startedMs = performance.now();
  for (let round = 0; round < rounds; round++) await transfer();
  return (rounds * sizeMb * 1000) / (performance.now() - startedMs);
}

/** The reference: a bare `node:http` server that takes and gives the same bytes. */
async function startBareServer(): Promise<{ url: string; close(): void }> {
  const server = http.createServer((request, response) => {
    if (request.method === 'GET') return void Readable.from(pieces()).pipe(response);
    request.resume();
    request.once('end', () => response.end());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** 20 MB bodies up and down through an app that streams, and how much its memory grows. */
export async function benchStreaming(): Promise<Measure[]> {
  await using host = await startBenchHost(
    path.join(import.meta.dirname, '../../local/functions-host/test/streaming-app'),
  );
  const bare = await startBareServer();
  try {
    await upload(host.url);
    await download(host.url);
    const beforeMb = await residentMb(host);
    const up = await mbPerSecond(() => upload(host.url));
    const down = await mbPerSecond(() => download(host.url));
    const growthMb = (await residentMb(host)) - beforeMb;
    const bareUp = await mbPerSecond(() => upload(bare.url));
    const bareDown = await mbPerSecond(() => download(bare.url));
    return [
      { name: '20 MB uploads', value: up, unit: 'MB/s', reference: { name: 'bare node:http, MB/s', value: bareUp } },
      {
        name: '20 MB downloads',
        value: down,
        unit: 'MB/s',
        reference: { name: 'bare node:http, MB/s', value: bareDown },
      },
      {
        name: 'memory growth over 440 MB',
        value: growthMb,
        unit: 'MB',
        reference: { name: 'one body, MB', value: sizeMb },
        target: 'flat',
      },
    ];
  } finally {
    bare.close();
  }
}

if (import.meta.main) printMeasures(await benchStreaming());
