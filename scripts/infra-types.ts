import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { readTemplates } from './infra/bicep-file.ts';
import type { ObjectType, Properties, ResourceTypes } from './infra/resource-types.ts';

/**
 * Writes `infra/resource-types.json` anew from the types that Azure's MCP server carries: for a maintainer, when a
 * resource or an API version is added. The path of its program is the one argument
 * (`npm install @azure/mcp-linux-x64` elsewhere: it is 137 MB, and needs neither a login nor a network).
 */
const [program] = process.argv.slice(2);
if (program === undefined) throw new Error('usage: node scripts/infra-types.ts PATH-OF-AZMCP');

const named = z.looseObject({ name: z.string(), type: z.string(), flags: z.string().optional() });
const described = z.looseObject({
  $type: z.string(),
  name: z.string().optional(),
  properties: z.array(named).optional(),
  baseProperties: z.array(named).optional(),
  additionalPropertiesType: z.string().optional(),
  discriminator: z.string().optional(),
  elements: z.array(z.looseObject({ properties: z.array(named) })).optional(),
});
const output = z.looseObject({
  results: z.looseObject({
    BicepSchemaResult: z.array(described.extend({ bodyType: described.optional() })),
  }),
});

const templates = await readTemplates('infra');
const wanted = new Set(templates.flatMap(({ resources }) => resources.map(({ type }) => type)));
const found: ResourceTypes = {};
for (const type of [...wanted].toSorted()) {
  const types = await typesOf(program, type);
  if (types === undefined) console.log(`${type}: not known, parsed only`);
  else Object.assign(found, types);
}
await writeFile('infra/resource-types.json', `${JSON.stringify(found)}\n`);

async function typesOf(path: string, type: string): Promise<ResourceTypes | undefined> {
  const env = { ...process.env, AZURE_MCP_COLLECT_TELEMETRY: 'false' };
  const { stdout } = await promisify(execFile)(path, ['bicepschema', 'get', '--resource-type', type], {
    env,
    maxBuffer: 64 * 1_024 * 1_024,
  }).catch(() => ({ stdout: '{}' }));
  const parsed = output.safeParse(JSON.parse(stdout.slice(stdout.indexOf('{'))));
  const entries = parsed.data?.results.BicepSchemaResult;
  const resource = entries?.find(({ $type }) => $type === 'Resource');
  if (entries === undefined || resource?.name === undefined || resource.bodyType === undefined) return undefined;
  const all = new Map(
    entries.flatMap((entry) => (entry.name === undefined || entry === resource ? [] : [[entry.name, entry] as const])),
  );
  const objects: Record<string, ObjectType> = {};
  const body = objectOf(resource.bodyType);
  const open = [body];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const name of namesIn(next)) {
      const entry = all.get(name);
      if (entry === undefined || objects[name] !== undefined) continue;
      objects[name] = objectOf(entry);
      open.push(objects[name]);
    }
  }
  return { [resource.name]: { body, objects } };
}

function objectOf(entry: z.infer<typeof described>): ObjectType {
  const { additionalPropertiesType: additional, discriminator, elements } = entry;
  const properties = propertiesOf(entry.properties ?? entry.baseProperties ?? []);
  if (discriminator === undefined || elements === undefined) {
    return { properties, ...(additional === undefined ? {} : { additional }) };
  }
  const variants = elements.map((element): [string, Properties] => {
    const tag = element.properties.find(({ name }) => name === discriminator)?.type ?? '';
    return [tag, propertiesOf(element.properties)];
  });
  return { properties, discriminator, variants: Object.fromEntries(variants) };
}

function propertiesOf(list: readonly z.infer<typeof named>[]): Properties {
  return Object.fromEntries(
    list.map(({ name, type, flags = '' }) => [
      name,
      {
        type,
        ...(flags.includes('Required') ? { required: true as const } : {}),
        ...(flags.includes('ReadOnly') ? { readOnly: true as const } : {}),
      },
    ]),
  );
}

/** Names of types that somebody may write a value of. */
function namesIn({ properties, additional, variants = {} }: ObjectType): string[] {
  const all = [properties, ...Object.values(variants)].flatMap((group) => Object.values(group));
  const texts = all.filter(({ readOnly }) => readOnly !== true).map(({ type }) => type);
  return [...texts, ...(additional === undefined ? [] : [additional])].flatMap((text) =>
    text.split(' | ').map((name) => name.replaceAll('[]', '')),
  );
}
