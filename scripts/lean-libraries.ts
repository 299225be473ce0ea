import type { Plugin } from 'esbuild';

/** In the place of what a library requires: a module that is less, and all that the library uses of it. */
const REPLACED: readonly { importer: RegExp; required: string; contents: string }[] = [
  // The Durable library asks of a hundred validators for one.
  {
    importer: /node_modules[\\/]durable-functions[\\/]/,
    required: 'validator',
    contents: "exports.isURL = require('validator/lib/isURL').default;",
  },
  // Its HTTP client can send forms, which it never does; the table of all media types comes with that.
  { importer: /node_modules[\\/]axios[\\/]/, required: 'form-data', contents: 'module.exports = undefined;' },
];

const NAMESPACE = 'lean-libraries';

/**
 * Leaves out of the bundle what libraries load at every start and never use here: 300 KB, a third of the start. What
 * would be missed is called on every start of an orchestration, which all end-to-end tests make.
 */
export const leanLibraries: Plugin = {
  name: NAMESPACE,
  setup(build) {
    build.onResolve({ filter: /^(validator|form-data)$/ }, ({ path, importer, resolveDir }) => {
      const index = REPLACED.findIndex((each) => each.required === path && each.importer.test(importer));
      return index === -1 ? undefined : { path: String(index), namespace: NAMESPACE, pluginData: resolveDir };
    });
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path, pluginData: resolveDir }) => ({
      contents: REPLACED[Number(path)]?.contents ?? '',
      loader: 'js',
      resolveDir: String(resolveDir),
    }));
  },
};
