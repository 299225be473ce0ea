import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { readTemplates, type Problem } from './bicep-file.ts';
import { checkReferences } from './check-references.ts';
import { checkRoles, readRoles } from './check-roles.ts';
import { checkSecurity } from './check-security.ts';
import { checkSettings } from './check-settings.ts';
import { checkSyntax } from './check-syntax.ts';
import { checkTypes } from './check-types.ts';
import { readResourceTypes } from './resource-types.ts';

const parametersFile = z.looseObject({ parameters: z.record(z.string(), z.strictObject({ value: z.unknown() })) });

/** Everything that is wrong with the templates of a folder, in the order of files and lines. */
export async function checkInfrastructure(folder: string): Promise<Problem[]> {
  const files = await readTemplates(folder);
  const types = await readResourceTypes(join(folder, 'resource-types.json'));
  const roles = await readRoles(join(folder, 'roles.json'));
  const { parameters } = parametersFile.parse(JSON.parse(await readFile(join(folder, 'main.parameters.json'), 'utf8')));
  return [
    ...files.flatMap((file) => [...checkSyntax(file), ...checkTypes(file, types), ...checkSecurity(file)]),
    ...checkReferences(files, join(folder, 'main.bicep'), Object.keys(parameters)),
    ...checkSettings(files),
    ...checkRoles(files, roles),
  ].toSorted((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}

/** Runs Bicep's own compiler where it is installed. @throws Error with its words where it refuses a template */
export async function compile(folder: string): Promise<'compiled' | 'no compiler'> {
  try {
    await promisify(execFile)('bicep', ['build', join(folder, 'main.bicep'), '--stdout'], {
      maxBuffer: 64 * 1_024 * 1_024,
    });
    return 'compiled';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'no compiler';
    throw error;
  }
}
