/** A host name, `*.` before a domain, or an IPv6 address in brackets; with a port or without. */
const ENTRY = /^(?<host>(?:\*\.)?(?:[0-9a-z-]+\.)*[0-9a-z-]+|\[[0-9a-f:]+\])(?::(?<port>\d{1,5}))?$/;

/** Whether a text, in lower case, can stand in a list of allowed hosts. */
export function isHostEntry(text: string): boolean {
  return ENTRY.test(text);
}

/**
 * Whether one of the entries allows the host and port of a URL. An entry without a port allows the default port of the
 * URL's scheme and no other: to reach another service on the same machine has to be meant.
 */
export function isAllowedHost(url: URL, entries: readonly string[]): boolean {
  return entries.some((entry) => {
    const { host = '', port = '' } = ENTRY.exec(entry)?.groups ?? {};
    const isHost = host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : url.hostname === host;
    return isHost && url.port === withoutDefault(port, url.protocol);
  });
}

/** A URL leaves the default port of its scheme out. */
function withoutDefault(port: string, protocol: string): string {
  const isDefault = Number(port) === (protocol === 'https:' ? 443 : 80);
  return port === '' || isDefault ? '' : String(Number(port));
}
