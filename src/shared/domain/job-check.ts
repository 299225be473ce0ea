/**
 * What is left to ask of a run of a job that is known by its name, once its id has been found: one of `permitted`,
 * where only rules that name ids could allow it, and none of `forbidden`.
 */
export interface JobCheck {
  readonly permitted: readonly string[] | null;
  readonly forbidden: readonly string[];
}

/** Why the job of this id may not run; undefined where it may. */
export function jobRefusal({ permitted, forbidden }: JobCheck, id: string): string | undefined {
  if (forbidden.includes(id)) return `A rule of the policy forbids the job ${id}.`;
  if (permitted === null || permitted.includes(id)) return undefined;
  return `No rule of the policy allows the job ${id}, which has this name.`;
}
