import { z } from 'zod';

const foreignKey = z.object({
  name: z.string(),
  columns: z.array(z.string()),
  parent: z.object({ catalog: z.string(), schema: z.string(), name: z.string() }),
  parentColumns: z.array(z.string()),
});

const details = z.object({
  comment: z.string().optional(),
  createdMs: z.number().default(0),
  alteredMs: z.number().default(0),
  properties: z.record(z.string(), z.string()).default({}),
  partitionColumns: z.array(z.string()).default([]),
  clusterColumns: z.array(z.string()).default([]),
  /** Types that DuckDB does not keep (`varchar(10)`), by the name of their column. */
  declaredTypes: z.record(z.string(), z.string()).default({}),
  primaryKey: z.object({ name: z.string(), columns: z.array(z.string()) }).optional(),
  foreignKeys: z.array(foreignKey).default([]),
  /** A view's query as it was written. */
  viewText: z.string().optional(),
});

/** A foreign key as a table's comment keeps it. */
export type ForeignKey = z.output<typeof foreignKey>;

/**
 * What Databricks remembers of a table or view and DuckDB does not. It is kept as JSON in DuckDB's comment on the table, so
 * that it is made, renamed and dropped with it.
 */
export type TableDetails = z.output<typeof details>;

/** The details in DuckDB's comment; those of a table without any are empty. */
export function readDetails(comment: unknown): TableDetails {
  if (typeof comment !== 'string') return details.parse({});
  try {
    const parsed = details.safeParse(JSON.parse(comment));
    return parsed.success ? parsed.data : details.parse({});
  } catch {
    return details.parse({ comment });
  }
}

/** Details of a new table or view; what is not given is empty. */
export function newDetails(given: Partial<TableDetails>): TableDetails {
  const nowMs = Date.now();
  return { ...details.parse({ createdMs: nowMs, alteredMs: nowMs }), ...given };
}
