import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

interface Parser {
  parse(statement: string, dialect: 'databricks'): { success: boolean; ast?: unknown };
}

/** Syntax tree nodes that a read may be; the parser takes `TABLE x` for a column with an alias. */
const READ_NODES = new Set(
  'select union intersect except values subquery paren show describe alias column table from'.split(' '),
);

/** Syntax tree nodes that change something, wherever in the tree they are. */
const WRITE_NODES = new Set(
  'insert update delete merge copy command create_table drop_table set_statement truncate'.split(' '),
);

let loading: Promise<Parser> | undefined;

/** What the parser makes of a text: how many statements there are, and the first node that is not part of a read. */
export interface Parsed {
  readonly count: number;
  readonly write: string | undefined;
}

/** Parses in Databricks' dialect; `undefined` where the parser cannot (it does not know all of the dialect). */
export async function parsedClass(statement: string): Promise<Parsed | undefined> {
  loading ??= loadParser().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  const parser = await loading;
  const result = parser.parse(statement, 'databricks');
  if (!result.success || !Array.isArray(result.ast)) return undefined;
  const roots = result.ast as Record<string, unknown>[];
  const root = roots.map((node) => Object.keys(node)[0] ?? '').find((name) => !READ_NODES.has(name));
  return { count: roots.length, write: root ?? findWrite(roots) };
}

/** Loads the parser when the first statement comes: 23 MB of WebAssembly, some 200 ms. */
async function loadParser(): Promise<Parser> {
  // This entry leaves `globalThis.fetch` alone; the default one replaces it, for the whole process.
  const parser = await import('@polyglot-sql/sdk/manual');
  const wasm = await readFile(fileURLToPath(import.meta.resolve('@polyglot-sql/sdk/polyglot_sql.wasm')));
  // Declared as a URL, but the bytes are taken as well.
  await parser.init({ wasmUrl: wasm as unknown as URL });
  return parser as unknown as Parser;
}

function findWrite(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  for (const [name, value] of Object.entries(node)) {
    if (typeof value !== 'object' || value === null) continue;
    if (WRITE_NODES.has(name)) return name;
    const found = findWrite(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
