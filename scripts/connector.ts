import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { connectorDefinition } from './api/connector.ts';

/** Writes the definition of the custom connector. */
const file = fileURLToPath(new URL('../connector/apiDefinition.swagger.json', import.meta.url));
await writeFile(file, await connectorDefinition());
// What the app has opened stays open.
process.exit();
