/** Run as a child process: holds a stack in the directory that it is given until it is killed, and says where its parts listen. */
import { fileURLToPath } from 'node:url';
import { startStack } from '../../stack.ts';

const stack = await startStack({
  appDir: fileURLToPath(new URL('../small-app', import.meta.url)),
  dataDir: process.argv[2] ?? '',
});
console.log(JSON.stringify([stack.url, stack.storage.url, stack.storage.connectionString]));
setInterval(() => undefined, 60_000);
