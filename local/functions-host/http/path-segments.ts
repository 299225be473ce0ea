/**
 * A path's segments as ASP.NET Core has them: those between two slashes are empty, one slash at the end does not count, and percent-encoding is
 * undone where it can be, except that of a slash (`%2F`).
 */
export function pathSegments(pathname: string): string[] {
  const segments = pathname.replace(/^\//, '').split('/');
  if (segments.at(-1) === '') segments.pop();
  return segments.map((segment) => decoded(segment.replaceAll(/%(?=2f)/gi, '%25')));
}

/** The segments of a path of the Durable extension, whose names and keys may hold a slash that is encoded. */
export function durableSegments(pathname: string): string[] {
  return pathname.split('/').filter(Boolean).map(decoded);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
