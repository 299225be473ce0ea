/** What the address says after the `#`: a path, and a query that others can be sent. */
export interface Place {
  path: string;
  query: URLSearchParams;
}

/** Reads a hash as `#/runs?outcome=failed`; nothing is the list of runs. */
export function readPlace(text: string): Place {
  const [path = '', query = ''] = text.replace(/^#/, '').split('?', 2);
  return { path: path === '' || path === '/' ? '/runs' : path, query: new URLSearchParams(query) };
}

/** A part of a path as it was before it was encoded; one that is not encoded stays as it is. */
export function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The hash of a place; what is empty is left out. */
export function hrefOf(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const text = new URLSearchParams(given).toString();
  return `#${path}${text === '' ? '' : `?${text}`}`;
}
