/**
 * Reads the address of a service, written with or without `https://`, as a URL.
 * Plain `http:` is for loopback hosts only: anywhere else it would carry credentials in the clear.
 * Returns the problem as text where the address cannot be used.
 */
export function parseServiceUrl(text: string): URL | string {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const url = URL.parse(hasScheme ? text : `https://${text}`);
  if (url === null || url.hostname === '') return 'is not a URL or host name.';
  if (url.username !== '' || url.password !== '') return 'must not hold credentials.';
  if (url.protocol === 'http:') {
    return isLoopback(url.hostname) ? url : 'must use https: plain http is accepted for loopback hosts only.';
  }
  return url.protocol === 'https:' ? url : 'must use https.';
}

/** Whether a URL's host name means this machine itself. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
