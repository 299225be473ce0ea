import { createHash } from 'node:crypto';
import type { WorkspaceObject } from '../workspace-files.ts';

/** A notebook, file or folder as `workspace/get-status` shows it; its id follows from its path. */
export function objectJson({ path, objectType, modifiedAt, size }: WorkspaceObject): object {
  return {
    path,
    object_type: objectType,
    object_id: createHash('sha256').update(path).digest().readUIntBE(0, 6),
    ...(objectType === 'NOTEBOOK' ? { language: 'PYTHON' } : {}),
    ...(objectType === 'DIRECTORY' ? {} : { created_at: modifiedAt, modified_at: modifiedAt, size }),
  };
}
