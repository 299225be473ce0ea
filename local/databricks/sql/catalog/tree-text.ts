import type { ColumnType } from '../types/column-type.ts';
import type { RelationColumn } from './catalog-reader.ts';

/** A table's columns as the tree that Spark prints: `root`, then ` |-- name: type (nullable = true)` and the types within. */
export function treeText(columns: RelationColumn[]): string {
  const lines = columns.flatMap(({ name, type, isNullable }) =>
    branch(` |-- `, name, type, `nullable = ${isNullable}`),
  );
  return ['root', ...lines].join('\n');
}

function branch(prefix: string, name: string, type: ColumnType, remark: string): string[] {
  const nested = ` |   ${prefix}`;
  const line = `${prefix}${name}: ${nameOf(type)} (${remark})`;
  switch (type.kind) {
    case 'array':
      return [line, ...branch(nested, 'element', type.element, 'containsNull = true')];
    case 'map':
      return [
        line,
        `${nested}key: ${nameOf(type.key)}`,
        ...branch(nested, 'value', type.value, 'valueContainsNull = true'),
      ];
    case 'struct':
      return [line, ...type.fields.flatMap((field) => branch(nested, field.name, field.type, 'nullable = true'))];
    default:
      return [line];
  }
}

/** Spark's own name of a type, without what is within it. */
function nameOf({ json, kind }: ColumnType): string {
  return typeof json === 'string' ? json : kind;
}
