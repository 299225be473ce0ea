import type { Column, ColumnType } from '../../types/column-type.ts';
import { isYearMonth } from '../../types/duckdb-type.ts';
import { quoteIdentifier, quoteString } from '../../quoting.ts';
import type { AnalyzedQuery } from './analyzed-query.ts';

/** A query as it is sent: intervals as texts, columns under Databricks' names and types. */
export interface ResultQuery {
  sql: string;
  columns: Column[];
}

/** The query whose rows are a statement's result. */
export function resultQuery({ sql, columns }: AnalyzedQuery): ResultQuery {
  const items = columns.map((column) => `${sentAs(column.sql, column.type)} AS ${column.sql}`);
  const isSentAsItIs = columns.every((column) => sentAs('x', column.type) === 'x');
  return {
    sql: isSentAsItIs ? sql : `SELECT ${items.join(', ')} FROM (${sql})`,
    columns: columns.map(({ name, type }) => ({ name, type })),
  };
}

function sentAs(value: string, type: ColumnType, depth = 0): string {
  const name = `s${depth}`;
  switch (type.kind) {
    case 'interval':
      return isYearMonth(type) ? `spark_months_text(${value})` : `spark_micros_text(${value})`;
    case 'array': {
      const element = sentAs(name, type.element, depth + 1);
      return element === name ? value : `list_transform(${value}, lambda ${name}: ${element})`;
    }
    case 'map': {
      const [key, item] = [sentAs(`${name}.key`, type.key, depth + 1), sentAs(`${name}.value`, type.value, depth + 1)];
      if (key === `${name}.key` && item === `${name}.value`) return value;
      return `map_from_entries(list_transform(map_entries(${value}), lambda ${name}: struct_pack(key := ${key}, value := ${item})))`;
    }
    case 'struct':
      return sentStruct(value, type.fields, depth);
    default:
      return value;
  }
}

function sentStruct(value: string, fields: readonly { name: string; type: ColumnType }[], depth: number): string {
  const name = `s${depth}`;
  const items = fields.map((field) => {
    const own = `struct_extract(${name}, ${quoteString(field.name)})`;
    return { own, sent: sentAs(own, field.type, depth + 1), field };
  });
  if (items.every(({ own, sent }) => own === sent)) return value;
  const packed = items.map(({ sent, field }) => `${quoteIdentifier(field.name)} := ${sent}`).join(', ');
  return `list_transform([${value}], lambda ${name}: CASE WHEN ${name} IS NULL THEN NULL ELSE struct_pack(${packed}) END)[1]`;
}
