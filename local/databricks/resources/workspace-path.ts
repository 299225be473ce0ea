import { posix } from 'node:path';
import { doesNotExist, invalidParameter } from '../api-error.ts';
import type { WorkspaceFiles } from '../workspace-files.ts';

/**
 * The workspace path that stands percent-encoded at the end of a URL, as one segment or several.
 * @throws ApiError 400 INVALID_PARAMETER_VALUE
 */
export function workspacePathOf(encoded: string | undefined): string {
  try {
    return `/${decodeURIComponent(encoded ?? '').replace(/^\/+/, '')}`;
  } catch {
    throw invalidParameter(`The path ${encoded} is not percent-encoded UTF-8.`);
  }
}

/**
 * Refuses to put something into a folder that is not there.
 * @throws ApiError 404 RESOURCE_DOES_NOT_EXIST, on which clients make the folder and try again
 * @see https://github.com/databricks/cli/blob/main/libs/filer/workspace_files_client.go
 */
export async function requireParent(files: WorkspaceFiles, path: string): Promise<void> {
  if (!(await files.hasParent(path))) throw doesNotExist(`The parent folder (${posix.dirname(path)}) does not exist.`);
}
