import type { ColumnType } from './column-type.ts';

/** A type as `typeof` prints it: `decimal(10,2)`, `array<int>`, `interval day to second`. */
export function typeName(type: ColumnType): string {
  switch (type.kind) {
    case 'array':
      return `array<${typeName(type.element)}>`;
    case 'map':
      return `map<${typeName(type.key)},${typeName(type.value)}>`;
    case 'struct':
      return `struct<${type.fields.map(({ name, type: of }) => `${name}:${typeName(of)}`).join(',')}>`;
    default:
      return type.text.toLowerCase();
  }
}

/** Whether two types are one; the names of fields count, their case does not. */
export function isSameType(left: ColumnType, right: ColumnType): boolean {
  return typeName(left).toLowerCase() === typeName(right).toLowerCase();
}
