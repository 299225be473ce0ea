/** Run as a child process: holds a stack until it is killed, and says where its parts listen. */
import { fileURLToPath } from 'node:url';
import { startStack } from '../../stack.ts';

const dataDir = process.env['HELD_DATA_DIR'];
const stack = await startStack({
  appDir: fileURLToPath(new URL('../small-app', import.meta.url)),
  ...(dataDir === undefined ? {} : { dataDir }),
});
console.log(JSON.stringify([stack.url, stack.storage.url, stack.storage.connectionString]));
setInterval(() => undefined, 60_000);
