/**
 * The page of a run at its workspace, or null where what Databricks gave is none: it is shown as a link, so nothing but
 * `https:` on the workspace's own host passes.
 */
export function runPageUrl(given: string | null, workspaceHost: string): string | null {
  const url = given === null ? null : URL.parse(given);
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '') return null;
  return url.host === new URL(workspaceHost).host ? given : null;
}
