import type { Stack } from './stack.ts';

/** How to call a gateway that asks for a token: two lines for a shell. */
export function signInLines({ url, identity, token }: Pick<Stack, 'url' | 'identity' | 'token'>): string[] {
  const who = JSON.stringify({ kind: 'user', name: 'ada@example.com', roles: ['Runs.Submit'] });
  const readToken = `node -p 'JSON.parse(require("node:fs").readFileSync(0)).access_token'`;
  const sign = `curl -sS ${identity.url}/_emulator/access-tokens -H 'authorization: Bearer ${token}' -d '${who}'`;
  return [`TOKEN=$(${sign} | ${readToken})`, `curl -sS ${url}/api/runs -H "authorization: Bearer $TOKEN"`];
}
