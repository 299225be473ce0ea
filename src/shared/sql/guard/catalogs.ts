import type { TokenCursor } from './token-cursor.ts';
import { nameChains } from './acting-parts.ts';
import type { Token } from './tokens.ts';

/** The catalogs of what a statement names. */
export interface NamedCatalogs {
  readonly named: readonly string[];
  /** Something has no catalog in its name, and so is in the one that the session begins with. */
  readonly usesDefault: boolean;
}

/** What is listed or described may be a catalog, a schema or anything else; that is not followed here. */
const UNTOLD: ReadonlySet<string> = new Set(['SHOW', 'DESCRIBE']);

/** Undefined where it is not known: a name is computed, or is text. */
export function catalogsOfRead(name: string, { tables, computedNames }: TokenCursor): NamedCatalogs | undefined {
  return UNTOLD.has(name) || computedNames.length > 0 ? undefined : catalogsOf(tables);
}

/** Of a statement whose targets are tables, and nothing that holds them. Any chain of three names may be a table's. */
const ON_TABLES: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/** As `catalogsOfRead`, by the words alone: what may be a table counts as one. */
export function catalogsOfActing(name: string, tokens: readonly Token[]): NamedCatalogs | undefined {
  if (!ON_TABLES.has(name)) return undefined;
  const isTold = tokens.every(({ key }) => key !== 'IDENTIFIER' && key !== 'TABLE_CHANGES' && key !== 'DIRECTORY');
  return isTold ? catalogsOf([...nameChains(tokens), ['']]) : undefined;
}

function catalogsOf(names: readonly (readonly string[])[]): NamedCatalogs {
  const named = names.filter(({ length }) => length > 2).map(([catalog = '']) => catalog.toLowerCase());
  return { named: [...new Set(named)], usesDefault: names.some(({ length }) => length < 3) };
}
