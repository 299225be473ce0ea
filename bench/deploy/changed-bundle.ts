import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import { bundle } from '../../scripts/bundle.ts';

/** The version that a changed bundle brings. */
export const NEXT_VERSION = '99.0';

const FIRST_STEP = 'const workflow = runWorkflow(context, admissionOf);';
const FIRST_VERSION = "'2.0': 'one watcher a workspace reads its runs',";

/** What says to the changed bundle whether its step is that of a new version; else the version was forgotten. */
export const IS_VERSIONED_VARIABLE = 'CHANGED_WORKFLOW_IS_VERSIONED';

/** Bundles the sources changed, into a folder: the workflow has one step more, at its beginning. */
export async function bundleChanged(folder: string): Promise<void> {
  await bundle(folder, { plugins: [oneStepMore()] });
}

function oneStepMore(): Plugin {
  const step = 'yield context.df.createTimer(context.df.currentUtcDateTime);';
  const changes: Record<string, (text: string) => string> = {
    'track-run.ts': (text) =>
      `import { isSince } from './version.ts';\n${replaced(
        text,
        FIRST_STEP,
        (found) =>
          `if (process.env['${IS_VERSIONED_VARIABLE}'] !== 'true' || isSince(context, '${NEXT_VERSION}')) ${step}\n${found}`,
      )}`,
    'version.ts': (text) => replaced(text, FIRST_VERSION, (found) => `${found}\n'${NEXT_VERSION}': 'one step more',`),
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
