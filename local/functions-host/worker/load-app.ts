import { globSync, readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { AppLoadError } from './app-worker.ts';
import type { CoreApi } from './core-api.ts';

const packageSchema = z.looseObject({ main: z.string().optional(), type: z.string().optional() });

/** Lets `require` and `import` of `@azure/functions-core` find `api`, in CommonJS and ES modules alike. */
function provideCoreApi(api: CoreApi): void {
  Object.assign(globalThis, { [Symbol.for('azure.functions-core')]: api });
  const url = new URL('functions-core.cjs', import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '@azure/functions-core'
        ? { url, format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
  });
}

/** Settings that an app refuses are no fault in its code: the message says all. Any other error is found by its stack. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isOfSettings = /^(Config|Configuration|Settings)Error$/.test(error.name);
  return isOfSettings ? `${error.name}: ${error.message}` : (error.stack ?? error.message);
}

async function loadFile(file: string, isModule: boolean): Promise<void> {
  if (file.endsWith('.mjs') || (isModule && !file.endsWith('.cjs'))) await import(pathToFileURL(file).href);
  else createRequire(file)(file);
}

/**
 * Loads the files named by the `main` glob of the app's package.json, in alphabetical order, as Azure's Node worker does.
 * @throws `AppLoadError` naming the file and the reason.
 */
export async function loadApp(app: string, api: CoreApi): Promise<void> {
  const packageFile = path.join(app, 'package.json');
  let manifest: z.infer<typeof packageSchema>;
  try {
    manifest = packageSchema.parse(JSON.parse(readFileSync(packageFile, 'utf8')));
  } catch (error) {
    throw new AppLoadError(`cannot read ${packageFile}: ${(error as Error).message}`, { cause: error });
  }
  const pattern = manifest.main ?? 'index.js';
  const files = globSync(pattern, { cwd: app, exclude: (name) => name === 'node_modules' }).sort();
  if (files.length === 0) throw new AppLoadError(`no file matches "main": "${pattern}" of ${packageFile}`);
  provideCoreApi(api);
  for (const file of files) {
    try {
      await loadFile(path.join(app, file), manifest.type === 'module');
    } catch (error) {
      const reason = reasonOf(error);
      throw new AppLoadError(`cannot load ${path.join(app, file)}: ${reason}`, { cause: error });
    }
  }
}
