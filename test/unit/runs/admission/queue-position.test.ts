import { expect, it } from 'vitest';
import type { RunOrchestrations } from '../../../../src/shared/durable/run-orchestrations.ts';
import { readingAdmissionOnce } from '../../../../src/shared/runs/admission/queue-position.ts';

it('reads the admission of each workspace once for one answer', async () => {
  const read: string[] = [];
  const orchestrations = readingAdmissionOnce({
    admission: async (workspace) => {
      read.push(workspace);
    },
  } as RunOrchestrations);

  await Promise.all(['one', 'other', 'one', 'one'].map((workspace) => orchestrations.admission(workspace)));

  expect(read).toEqual(['one', 'other']);
});
