/** Where code is: a path as it is compared, or why that cannot be told. */
export type CodePath = { readonly path: string } | { readonly unknown: string };

const WORKSPACE_ROOT = '/Workspace/';
/** `dbfs:/`, `abfss://container@account/`, `s3://bucket/`. */
const SCHEME = /^[a-z][\d+.a-z-]*:\/{1,3}/;

/**
 * The path of code as rules compare it: `/Workspace/Shared/x` is `/Shared/x`. Databricks tells letter case apart, and so does
 * this. Nothing is resolved: a path that could be read in two ways is known to be none.
 */
export function codePath(text: unknown): CodePath {
  if (typeof text !== 'string' || text === '') return { unknown: 'is no text' };
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u001F\u007F\\]/.test(text)) return { unknown: 'has a backslash or a control character' };
  if (text.includes('{{')) return { unknown: 'is filled in by Databricks when the run starts' };
  if (/%[\da-f]{2}/i.test(text)) return { unknown: 'has an escape' };
  const scheme = SCHEME.exec(text)?.[0] ?? '';
  if (scheme === '' && !text.startsWith('/')) return { unknown: 'does not begin at the root' };
  const segments = text.slice(scheme === '' ? 1 : scheme.length).split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return { unknown: 'has an empty part, . or ..' };
  }
  return { path: scheme === '' && text.startsWith(WORKSPACE_ROOT) ? text.slice(WORKSPACE_ROOT.length - 1) : text };
}

/** A prefix of a rule as it is compared, without the slash at its end; undefined for one that is in no such form. */
export function codePrefix(text: string): string | undefined {
  if (text === '/' || text === WORKSPACE_ROOT) return '';
  const found = codePath(text.endsWith('/') ? text.slice(0, -1) : text);
  return 'path' in found ? found.path : undefined;
}

/** Whether a path is that of the prefix, or within it: `/Shared/team1` holds `/Shared/team1/x`, and not `/Shared/team10`. */
export function isWithin(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
}
