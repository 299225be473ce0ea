/** The name that a token is, without quotes; undefined for a token that is none. */
export function nameOfPart(token: string): string | undefined {
  if (/^`(?:[^`]|``)+`$/.test(token)) return token.slice(1, -1).replaceAll('``', '`');
  return /^\w+$/.test(token) ? token : undefined;
}
