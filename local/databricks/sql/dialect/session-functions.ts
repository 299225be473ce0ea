import { CURRENT_USER, type Session } from '../engine/session.ts';

/** Values that are the same in every session: what a view may ask for, since it keeps the values of its making. */
export const LASTING_VALUES: Readonly<Record<string, string>> = {
  current_user: CURRENT_USER,
  session_user: CURRENT_USER,
  user: CURRENT_USER,
};

/** Values of a session, by the names of the functions that give them. */
export function sessionValues(session: Session): Record<string, string> {
  return {
    current_catalog: session.catalog,
    current_schema: session.schema,
    current_database: session.schema,
    ...LASTING_VALUES,
    current_timezone: session.timeZone,
  };
}
