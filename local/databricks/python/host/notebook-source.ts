import { z } from 'zod';
import { parseNotebookSource } from '../source-format.ts';
import { hostCall } from './host-call.ts';

/** The cells of another notebook, for `%run`; null if there is none. */
export const notebookSource = hostCall(z.object({ path: z.string() }), async ({ path }, { resources: { files } }) => {
  const text = await files.read(path);
  return text === undefined ? null : parseNotebookSource(text);
});
