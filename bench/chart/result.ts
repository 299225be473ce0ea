import * as z from 'zod';

/** What a benchmark has measured, where and when. */
export const resultSchema = z.object({
  name: z.string(),
  at: z.iso.datetime(),
  machine: z.object({ cpus: z.number(), model: z.string(), node: z.string() }),
  measures: z.array(
    z.object({
      name: z.string(),
      value: z.number(),
      unit: z.string(),
      reference: z.object({ name: z.string(), value: z.number() }),
      target: z.string().optional(),
    }),
  ),
});

/** What a benchmark has measured, where and when. */
export type Result = z.infer<typeof resultSchema>;
