import { z } from 'zod';
import { hostCall } from './host-call.ts';

/** The text of a file of the workspace, for `import`; null if there is none. */
export const workspaceFile = hostCall(
  z.object({ path: z.string() }),
  async ({ path }, { resources: { files } }) => (await files.read(path)) ?? null,
);
