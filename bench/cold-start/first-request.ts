import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FunctionsHost } from '../../local/functions-host/host.ts';
import { readHostJson, readLocalSettings } from '../../local/functions-host/settings.ts';
import { InProcessWorker } from '../../local/functions-host/worker/in-process-worker.ts';

/*
 * Starts a Functions host with the app in the folder that is named first, and posts a body to a path of it; prints how
 * long it was from when the app began to load until the response was there, the host's own start in between. A process
 * of its own each time: nothing of the app is loaded before.
 */

const [app = '', path = '', body = ''] = process.argv.slice(2);
await using folder = await mkdtempDisposable(join(tmpdir(), 'gateway-first-request-'));
let begunMs = 0;
const host = new FunctionsHost({
  app,
  port: 0,
  data: folder.path,
  isAuthOff: true,
  isStrict: false,
  hasVisibilityTimeouts: false,
  queueDelayMs: 0,
  hostJson: readHostJson(app, process.env),
  localSettings: readLocalSettings(app),
  env: process.env,
  createWorker: (options) => {
    begunMs = performance.now();
    return new InProcessWorker(options);
  },
  log: () => {},
});
await host.start();
const headers = { 'content-type': 'application/json' };
const response = await fetch(`${host.url}${path}`, { method: 'POST', headers, body });
const text = await response.text();
const responseMs = performance.now() - begunMs;
if (response.status !== 202) throw new Error(`${path}: ${response.status} ${text}`);
process.stdout.write(JSON.stringify({ responseMs }));
process.exit(0);
