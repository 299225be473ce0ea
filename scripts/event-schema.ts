import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runEventSchema } from '../src/shared/http/openapi/schemas/event-schemas.ts';

/** Writes the JSON Schema of the events of runs. */
const file = fileURLToPath(new URL('../docs/run-event.schema.json', import.meta.url));
await writeFile(file, `${JSON.stringify(runEventSchema(), null, 2)}\n`);
