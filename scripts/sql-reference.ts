import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { functionReference } from '../local/databricks/sql/dialect/functions/reference.ts';

/** Writes the reference page of the local SQL warehouse's functions. */
await writeFile(fileURLToPath(new URL('../docs/local-sql.md', import.meta.url)), functionReference());
