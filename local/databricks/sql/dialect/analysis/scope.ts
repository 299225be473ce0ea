import { array, type ColumnType } from '../../types/column-type.ts';
import { quoteString } from '../../quoting.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import type { Window } from '../syntax/ast.ts';
import type { CommonTables } from './analyzed-query.ts';
import type { Expression } from './expression.ts';

/** A column that a relation of FROM provides. */
export interface ScopeColumn {
  name: string;
  /** Its relation's name, part by part: the alias, or catalog, schema and table. */
  qualifier: readonly string[];
  sql: string;
  type: ColumnType;
  nullable: boolean;
  /** Reached by its qualified name only, since USING put another in its place. */
  hidden?: boolean;
}

const isSame = (left: string | undefined, right: string | undefined): boolean =>
  left?.toLowerCase() === right?.toLowerCase();

interface Surroundings {
  outer?: Scope | undefined;
  lambda?: ReadonlyMap<string, Expression>;
  common?: CommonTables | undefined;
}

/** The names that an expression may use, and what they stand for. */
export class Scope {
  readonly columns: readonly ScopeColumn[];
  readonly #outer: Scope | undefined;
  /** Names of the SELECT list, for clauses that may use them; a column of FROM goes before. */
  readonly aliases = new Map<string, Expression>();
  /** Parameters of the lambdas around; they go before everything else. */
  readonly #lambda: ReadonlyMap<string, Expression>;

  /** Windows that the WINDOW clause names, in lower case. */
  readonly windows = new Map<string, Window>();
  /** Common tables in sight, by name in lower case. */
  readonly common: CommonTables;

  constructor(columns: readonly ScopeColumn[], around: Surroundings = {}) {
    this.columns = columns;
    this.#outer = around.outer;
    this.#lambda = around.lambda ?? new Map();
    this.common = around.common ?? around.outer?.common ?? new Map();
  }

  /** The scope of a lambda's body. */
  withLambda(parameters: ReadonlyMap<string, Expression>): Scope {
    const scope = new Scope(this.columns, {
      outer: this.#outer,
      lambda: new Map([...this.#lambda, ...parameters]),
      common: this.common,
    });
    for (const [name, expression] of this.aliases) scope.aliases.set(name, expression);
    for (const [name, window] of this.windows) scope.windows.set(name, window);
    return scope;
  }

  get lambdaDepth(): number {
    return this.#lambda.size;
  }

  /** @throws {@link SqlError} UNRESOLVED_COLUMN, AMBIGUOUS_REFERENCE */
  resolve(parts: readonly string[]): Expression {
    const found = this.find(parts);
    if (found !== undefined) return found;
    const name = parts.map((part) => `\`${part}\``).join('.');
    const what = `A column, variable, or function parameter with name ${name} cannot be resolved.`;
    const known = this.columns.map((column) => `\`${column.name}\``);
    if (known.length === 0) throw new SqlError('UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', '42703', what);
    const suggestion = `Did you mean one of the following? [${known.slice(0, MAX_SUGGESTIONS).join(', ')}].`;
    throw new SqlError('UNRESOLVED_COLUMN.WITH_SUGGESTION', '42703', `${what} ${suggestion}`);
  }

  find(parts: readonly string[]): Expression | undefined {
    const [first = '', ...fields] = parts;
    const parameter = this.#lambda.get(first.toLowerCase());
    if (parameter !== undefined) return fieldsOf(parameter, fields);
    for (let length = Math.min(3, parts.length - 1); length >= 0; length--) {
      const column = this.#columnOf(parts.slice(0, length), parts[length] ?? '');
      if (column !== undefined) return fieldsOf(columnExpression(column, parts[length] ?? ''), parts.slice(length + 1));
    }
    const alias = this.aliases.get(first.toLowerCase());
    if (alias !== undefined) return fieldsOf({ ...alias, name: first, title: first }, fields);
    return this.#outer?.find(parts);
  }

  #columnOf(qualifier: readonly string[], name: string): ScopeColumn | undefined {
    const found = this.columns.filter(
      (column) =>
        isSame(column.name, name) &&
        (qualifier.length === 0
          ? column.hidden !== true
          : qualifier.every((part, index) => isSame(part, column.qualifier.at(index - qualifier.length)))),
    );
    if (found.length > 1)
      throw new SqlError(
        'AMBIGUOUS_REFERENCE',
        '42704',
        `Reference \`${name}\` is ambiguous, could be: [${found.map((column) => [...column.qualifier, column.name].map((part) => `\`${part}\``).join('.')).join(', ')}].`,
      );
    return found[0];
  }
}

const MAX_SUGGESTIONS = 5;

const columnExpression = ({ sql, type, nullable }: ScopeColumn, name: string): Expression => ({
  sql,
  type,
  nullable,
  name,
  column: name,
});

function fieldsOf(base: Expression, fields: readonly string[]): Expression {
  return fields.reduce(fieldOf, base);
}

/** A field of a struct, of every struct of an array, or a key of a map. @throws {@link SqlError} FIELD_NOT_FOUND */
export function fieldOf(base: Expression, name: string): Expression {
  const { type } = base;
  const named = { name: `${base.name}.${name}`, ...(base.column === undefined ? {} : { column: name, title: name }) };
  if (type.kind === 'struct') {
    const field = structField(type.fields, name);
    const sql = `struct_extract(${base.sql}, ${quoteString(field.name)})`;
    return { ...base, ...named, constant: undefined, sql, type: field.type, nullable: true };
  }
  if (type.kind === 'map' && type.key.kind === 'string')
    return {
      ...base,
      ...named,
      constant: undefined,
      sql: `${base.sql}[${quoteString(name)}]`,
      type: type.value,
      nullable: true,
    };
  if (type.kind === 'array' && type.element.kind === 'struct') {
    const field = structField(type.element.fields, name);
    const sql = `list_transform(${base.sql}, lambda f: struct_extract(f, ${quoteString(field.name)}))`;
    return { ...base, ...named, constant: undefined, sql, type: array(field.type), nullable: true };
  }
  if (type.kind === 'variant') throw unsupported('A field of a VARIANT by a point');
  throw new SqlError(
    'INVALID_EXTRACT_BASE_FIELD_TYPE',
    '42000',
    `Can't extract a value from "${base.name}". Need a complex type [STRUCT, ARRAY, MAP] but got "${type.text}".`,
  );
}

function structField(fields: readonly { name: string; type: ColumnType }[], name: string) {
  const found = fields.filter((field) => isSame(field.name, name));
  const [field] = found;
  if (field === undefined)
    throw new SqlError(
      'FIELD_NOT_FOUND',
      '42704',
      `No such struct field \`${name}\` in ${fields.map((each) => `\`${each.name}\``).join(', ')}.`,
    );
  if (found.length > 1)
    throw new SqlError(
      'AMBIGUOUS_REFERENCE_TO_FIELDS',
      '42000',
      `Ambiguous reference to the field \`${name}\`. It appears ${found.length} times in the schema.`,
    );
  return field;
}
