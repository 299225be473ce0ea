import { CURRENT_USER, type Session } from '../session.ts';

/** Functions whose value is the session's; each is a parameter that is always bound. */
export const sessionFunctions: Record<string, string> = {
  current_catalog: 'session_catalog',
  current_schema: 'session_schema',
  current_database: 'session_schema',
  current_user: 'session_user',
  session_user: 'session_user',
  user: 'session_user',
  current_timezone: 'session_time_zone',
};

export function sessionParameters(session: Session): Record<string, string> {
  return {
    session_catalog: session.catalog,
    session_schema: session.schema,
    session_user: CURRENT_USER,
    session_time_zone: session.timeZone,
  };
}
