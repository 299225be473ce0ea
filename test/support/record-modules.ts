import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import process from 'node:process';

/*
 * Imported before a program (`--import`), writes down which modules it loads: a line with the address of each, in the
 * file that LOADED_MODULES_FILE names.
 */

const file = process.env['LOADED_MODULES_FILE'] ?? '';

registerHooks({
  load: (url, context, next) => {
    if (url.startsWith('file:')) appendFileSync(file, `${url}\n`);
    return next(url, context);
  },
});
