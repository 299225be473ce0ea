import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** A property of an object: its type as Bicep prints it, and how it may be used. */
const property = z.strictObject({
  type: z.string(),
  required: z.literal(true).optional(),
  readOnly: z.literal(true).optional(),
});

const properties = z.record(z.string(), property);

const objectType = z.strictObject({
  properties,
  /** The type of all other properties, where any name may be used. */
  additional: z.string().optional(),
  /** The property that says which of `variants` an object is. */
  discriminator: z.string().optional(),
  variants: z.record(z.string(), properties).optional(),
});

/** Resource types by `TYPE@API-VERSION`: the body, and the types of objects that it names. */
export const resourceTypes = z.record(
  z.string(),
  z.strictObject({ body: objectType, objects: z.record(z.string(), objectType) }),
);

export type Properties = z.infer<typeof properties>;
export type ObjectType = z.infer<typeof objectType>;
export type ResourceTypes = z.infer<typeof resourceTypes>;
export type ResourceType = ResourceTypes[string];

/** Reads the snapshot that `../infra-types.ts` writes. */
export async function readResourceTypes(path: string): Promise<ResourceTypes> {
  return resourceTypes.parse(JSON.parse(await readFile(path, 'utf8')));
}
