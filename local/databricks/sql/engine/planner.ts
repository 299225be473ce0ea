import { analyzedPlan } from '../dialect/analyzed-plan.ts';
import { textCommand } from '../dialect/text-commands.ts';
import type { SqlParameter } from './parameters.ts';
import type { Plan } from './plan.ts';
import type { Session } from './session.ts';

/**
 * The plan of a statement: of a command by its words, of everything else by what its expressions mean.
 * @throws {@link SqlError} when the statement cannot be understood or is not for this warehouse
 */
export function plan(text: string, parameters: readonly SqlParameter[], session: Session): Plan {
  const command = textCommand(text, parameters, session, (query, bound) => plan(query, bound, session));
  return command ?? analyzedPlan(text, parameters);
}
