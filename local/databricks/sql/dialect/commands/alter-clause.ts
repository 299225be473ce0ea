import type { CatalogReader, Relation } from '../../catalog/catalog-reader.ts';
import type { TableDetails } from '../../catalog/table-details.ts';
import type { CommandContext } from './command.ts';
import type { StatementCursor } from './statement-cursor.ts';

/** What an ALTER does: statements, and the details that change. */
export interface Alteration {
  statements?: string[];
  details?: Partial<TableDetails>;
  /** The relation's name afterwards. */
  name?: string;
}

/** One kind of ALTER: reads what it is about, and returns what it does to the table; undefined when it is another kind. */
export type AlterClause = (
  cursor: StatementCursor,
  context: CommandContext,
) => ((relation: Relation, reader: CatalogReader) => Alteration | Promise<Alteration>) | undefined;
