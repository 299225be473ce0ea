import { CURRENT_USER, type Session } from '../engine/session.ts';

/** Values of a session, by the names of the functions that give them. */
export function sessionValues(session: Session): Record<string, string> {
  return {
    current_catalog: session.catalog,
    current_schema: session.schema,
    current_database: session.schema,
    current_user: CURRENT_USER,
    session_user: CURRENT_USER,
    user: CURRENT_USER,
    current_timezone: session.timeZone,
  };
}
