import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { UsageError } from './failures.ts';
import type { Terminal } from './terminal.ts';

/** The text of a file, of standard input for `-`. @throws {UsageError} it cannot be read */
export async function readInput(file: string, { stdin }: Pick<Terminal, 'stdin'>): Promise<string> {
  try {
    return file === '-' ? await text(stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}.`);
  }
}
