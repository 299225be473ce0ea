/** The id of an entity as a message's address: `@name@key`, the name in lower case. */
export function entityAddress(name: string, key: string): string {
  return `@${name.toLowerCase()}@${key}`;
}

/** Name and key of an address. */
export function parseEntityAddress(address: string): { name: string; key: string } {
  const at = address.indexOf('@', 1);
  return { name: address.slice(1, at), key: address.slice(at + 1) };
}
