import type { Plan } from '../plan.ts';
import type { Session } from '../session.ts';
import type { ParsedStatement } from './translate.ts';

/** The plan of a statement that concerns the session or the catalog; undefined for every other. */
export function sessionCommand(statement: ParsedStatement, _session: Session): Plan | undefined {
  switch (statement.kind) {
    case 'use': {
      const kind = statement.body['kind'];
      const name = (statement.body['this'] as { name: string }).name;
      return {
        kind: 'command',
        verb: 'use',
        apply(session) {
          const [first = '', second] = name.split('.');
          if (kind === 'Catalog') {
            session.catalog = first;
            session.schema = 'default';
          } else if (second) {
            session.catalog = first;
            session.schema = second;
          } else session.schema = first;
        },
      };
    }
    default:
      return undefined;
  }
}
