/** Run as a child process: holds a stack until it is killed, and says where its parts listen. */
import { fileURLToPath } from 'node:url';
import { startStack } from '../../stack.ts';

const stack = await startStack({ appDir: fileURLToPath(new URL('../small-app', import.meta.url)) });
console.log(JSON.stringify([stack.url, stack.storage.url]));
setInterval(() => undefined, 60_000);
