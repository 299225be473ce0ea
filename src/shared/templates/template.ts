import type { ParameterSchema } from './parameter-schema.ts';
import type { Placeholder } from './placeholders.ts';

/** A request for a run that an operator has defined, with places for what callers may choose. */
export interface Template {
  name: string;
  description: string;
  parameters: ParameterSchema;
  /** The body of a one-time run, or of a run of the saved job that its `job` names, with `{{parameter}}` places. */
  request: Readonly<Record<string, unknown>>;
  placeholders: readonly Placeholder[];
}

/** By name. */
export type Templates = ReadonlyMap<string, Template>;
