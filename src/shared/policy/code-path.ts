/** Where code is: a path as it is compared, or why that is not known. */
export type CodePath = { readonly path: string } | { readonly unknown: string };

const WORKSPACE_ROOT = '/Workspace/';
const DBFS_ROOT = 'dbfs:/';
const OTHER_NAMES: readonly (readonly [root: string, other: string])[] = [
  [WORKSPACE_ROOT, '/'],
  ['dbfs:/Volumes/', '/Volumes/'],
  ['/dbfs/', DBFS_ROOT],
];
/** `dbfs:/`, `abfss://container@account/`, `s3://bucket/`. */
const SCHEME = /^[a-z][\d+.a-z-]*:\/{1,3}/;

/**
 * The path of code as rules compare it: `/Workspace/Shared/x` is `/Shared/x`. Databricks distinguishes letter case, and so does
 * this. Nothing is resolved: a path that could be read in two ways is known to be none.
 */
export function codePath(text: unknown): CodePath {
  if (typeof text !== 'string' || text === '') return { unknown: 'is no text' };
  if (/[\p{Cc}\\]/u.test(text)) return { unknown: 'has a backslash or a control character' };
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) return { unknown: 'has a character that cannot be seen' };
  if (text !== text.normalize('NFC')) return { unknown: 'has a letter that could be written in two ways' };
  if (text !== text.trim()) return { unknown: 'begins or ends with a space' };
  if (text.includes('{{')) return { unknown: 'is filled in by Databricks when the run starts' };
  if (/%[\da-f]{2}/i.test(text)) return { unknown: 'has an escape' };
  const scheme = SCHEME.exec(text)?.[0] ?? '';
  if (scheme === '' && !text.startsWith('/')) return { unknown: 'does not begin at the root' };
  const segments = text.slice(scheme === '' ? 1 : scheme.length).split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return { unknown: 'has an empty part, . or ..' };
  }
  if (scheme.startsWith('file:')) return { unknown: "is on a cluster's own disk" };
  if (scheme.startsWith('dbfs:') && scheme !== DBFS_ROOT) return { unknown: 'has more than one slash after dbfs:' };
  return { path: byOneName(text) };
}

/** Of the names that Databricks knows one place by, that which rules are compared with. */
function byOneName(text: string): string {
  for (const [root, other] of OTHER_NAMES) if (text.startsWith(root)) return `${other}${text.slice(root.length)}`;
  return text;
}

/** A prefix of a rule as it is compared, without the slash at its end; undefined for one that is in no such form. */
export function codePrefix(text: string): string | undefined {
  if (text === '/' || text === WORKSPACE_ROOT) return '';
  // All of DBFS, and of its volumes.
  if (text === DBFS_ROOT || text === '/dbfs/') return 'dbfs:';
  if (text === 'dbfs:/Volumes/') return '/Volumes';
  const found = codePath(text.endsWith('/') ? text.slice(0, -1) : text);
  return 'path' in found ? found.path : undefined;
}

/** Whether a path is that of the prefix, or within it: `/Shared/team1` holds `/Shared/team1/x`, and not `/Shared/team10`. */
export function isWithin(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
}
