import { readFileSync, readdirSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import type { PyodideInterface } from 'pyodide';

const SOURCE_DIR = join(import.meta.dirname, 'runtime');
/** Where the interpreter sees it; `emulator/trace.py` leaves frames from here out of tracebacks. */
const RUNTIME_DIR = '/lib/databricks';

/** Puts the Python side of the emulator (`runtime/`) where the interpreter finds it, and imports all of it. */
export function installRuntime(pyodide: PyodideInterface): void {
  // A JSON text of JSON is a text of Python as well.
  const files = JSON.stringify(JSON.stringify(Object.fromEntries(runtimeFiles())));
  // All of it now: an interpreter that starts from a snapshot has these modules in memory, not their files.
  pyodide.runPython(`
import importlib, json, os, sys
files = json.loads(${files})
for path, text in files.items():
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
sys.path.append("${RUNTIME_DIR}")
for path in files:
    importlib.import_module(path.removeprefix("${RUNTIME_DIR}/").removesuffix(".py").removesuffix("/__init__").replace("/", "."))
from emulator.isolation import Isolation
Isolation.prepare()
`);
}

/** The Python side of the emulator: paths as the interpreter sees them, and texts. */
export function runtimeFiles(): [path: string, text: string][] {
  const entries = readdirSync(SOURCE_DIR, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [
      posix.join(RUNTIME_DIR, relative(SOURCE_DIR, file).split(sep).join('/')),
      readFileSync(file, 'utf8'),
    ]);
}
