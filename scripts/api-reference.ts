import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { apiReference } from './api/reference.ts';

/** Writes the reference of the HTTP API. */
await writeFile(fileURLToPath(new URL('../docs/api.md', import.meta.url)), await apiReference());
// What the app has opened stays open.
process.exit();
