import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** The version that a changed bundle brings. */
export const NEXT_VERSION = '99.0';

const FIRST_STEP = 'const workflow = runWorkflow(context, admissionOf);';
const FIRST_VERSION = "'2.0': 'one watcher a workspace reads its runs',";

/**
 * Makes another bundle of the sources: the workflow has one step more, at its beginning. With `isVersioned` the step is
 * that of a new version; without, the version was forgotten.
 */
export function oneStepMore({ isVersioned }: { isVersioned: boolean }): Plugin {
  const step = 'yield context.df.createTimer(context.df.currentUtcDateTime);';
  const changes: Record<string, (text: string) => string> = {
    'track-run.ts': (text) =>
      `import { isSince } from './version.ts';\n${replaced(text, FIRST_STEP, (found) =>
        isVersioned ? `if (isSince(context, '${NEXT_VERSION}')) ${step}\n${found}` : `${step}\n${found}`,
      )}`,
    'version.ts': (text) =>
      replaced(text, FIRST_VERSION, (found) => (isVersioned ? `${found}\n'${NEXT_VERSION}': 'one step more',` : found)),
  };
  return {
    name: 'one-step-more',
    setup(build) {
      build.onLoad({ filter: /workflow[\\/](track-run|version)\.ts$/ }, async ({ path }) => {
        const change = Object.entries(changes).find(([file]) => path.endsWith(file))?.[1];
        const text = await readFile(path, 'utf8');
        return { contents: change?.(text) ?? text, loader: 'ts' };
      });
    },
  };
}

function replaced(text: string, pattern: string, replacement: (found: string) => string): string {
  if (!text.includes(pattern)) throw new Error(`The workflow has no "${pattern}" any more.`);
  return text.replace(pattern, () => replacement(pattern));
}
