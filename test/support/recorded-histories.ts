import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import type { RecordedHistory } from './replay-orchestration.ts';

/** Histories of every path of the workflow, a folder a version. */
export const HISTORIES_DIRECTORY = fileURLToPath(new URL('../fixtures/histories', import.meta.url));

/** The fingerprints of the versions that may be deployed somewhere: what such a version asks for never changes again. */
export const RELEASED_FILE = join(HISTORIES_DIRECTORY, 'released.json');

/** The versions that have a folder of histories. */
export function recordedVersions(): string[] {
  const entries = readdirSync(HISTORIES_DIRECTORY, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** The recorded paths of a version by name, in order. */
export function readHistories(version: string): [path: string, history: RecordedHistory][] {
  const directory = join(HISTORIES_DIRECTORY, version);
  if (!existsSync(directory)) return [];
  const files = readdirSync(directory).toSorted();
  return files.map((file) => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(join(directory, file), 'utf8')) as RecordedHistory,
  ]);
}

/** A hash over all histories of a version. */
export function fingerprint(version: string): string {
  return createHash('sha256')
    .update(JSON.stringify(readHistories(version)))
    .digest('hex');
}

/** The fingerprint of each version that was released. */
export function readReleased(): Record<string, string> {
  return JSON.parse(readFileSync(RELEASED_FILE, 'utf8')) as Record<string, string>;
}
