import { setFlagsFromString } from 'node:v8';

const USUAL_BUDGET = 13_000_000;

/**
 * The translator is one large WebAssembly module: V8's optimizing compiler spends seconds and hundreds of megabytes on it to
 * save a millisecond a statement. With a budget that is never used up, its baseline compiler's code stays.
 * Imported before the translator.
 */
setFlagsFromString(`--wasm-tiering-budget=${2 ** 31 - 1}`);
/** And of its 22 MB a process calls a small part: what is never called need not be validated, which half of its start went into. */
setFlagsFromString('--wasm-lazy-validation');

/** Every other module is compiled as ever. Called when the translator is there. */
export function restoreWasmCompiler(): void {
  setFlagsFromString(`--wasm-tiering-budget=${USUAL_BUDGET}`);
  setFlagsFromString('--no-wasm-lazy-validation');
}
