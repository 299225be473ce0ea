import type { SettingName } from './env.ts';
import { parseServiceUrl } from './service-url.ts';
import type { SettingReader } from './setting-reader.ts';

/** Where a document of the operator's is: a file, by its path from the app's own folder, or a blob. */
export type DocumentLocation = { kind: 'file'; path: string } | { kind: 'blob'; url: string };

/**
 * Reads a setting that names a document; undefined where it is not set. What is wrong is left in the reader's problems.
 */
export function readDocumentLocation(reader: SettingReader, name: SettingName): DocumentLocation | undefined {
  const text = reader.text(name);
  if (text === undefined) return undefined;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { kind: 'file', path: text };
  const url = parseServiceUrl(text);
  if (typeof url === 'string') reader.report(name, url);
  // A shared access signature is a secret, and the app reads blobs with its identity.
  else if (url.search !== '' || url.hash !== '') reader.report(name, 'must have neither a query nor a fragment.');
  else return { kind: 'blob', url: url.href };
  return undefined;
}
