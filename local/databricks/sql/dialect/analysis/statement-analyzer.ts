import { duckdbType } from '../../types/duckdb-type.ts';
import { unsupported } from '../../sql-error.ts';
import { unboundParameter } from '../../errors.ts';
import { parameterName, type SqlParameter } from '../../engine/parameters.ts';
import { boundParameter } from './bound-parameters.ts';
import { types } from '../../types/column-type.ts';
import type { Expr, Query } from '../syntax/ast.ts';
import { path, subscript } from './access.ts';
import type { Analyzer } from './analyzer.ts';
import { call } from './calls.ts';
import { castTo } from './cast.ts';
import { caseOf } from './conditionals.ts';
import { packed } from './constructors.ts';
import type { Expression } from './expression.ts';
import { intervalLiteral } from './intervals.ts';
import { booleanLiteral, bytesLiteral, nullLiteral, numberLiteral, stringLiteral } from './literals.ts';
import { nestedParameter } from './nested-parameters.ts';
import { typedLiteral } from './typed-literals.ts';
import { binary, unary } from './operators.ts';
import { between, inList, isTest, like, likeList, negatedIf } from './predicates.ts';
import { analyzeQuery } from './query.ts';
import type { AnalyzedQuery } from './analyzed-query.ts';
import { fieldOf, type Scope } from './scope.ts';
import { existsQuery, inQuery, scalarQuery } from './subqueries.ts';
import type { TableReader } from './tables.ts';
import { functionCall } from './function-call.ts';

type Of<Kind extends Expr['kind']> = Extract<Expr, { kind: Kind }>;
type Handlers = { readonly [Kind in Expr['kind']]: (node: Of<Kind>, scope: Scope, analyzer: Analyzer) => Expression };

/** Characters of DuckDB's SQL: aliases that name each other twice, and deep calls, double with each step. */
const MAX_EXPRESSION_LENGTH = 4_000_000;

/** Analyzes one statement, whose parameters and tables it is given. */
export class StatementAnalyzer implements Analyzer {
  readonly tables: TableReader;
  /** The texts that are bound to the parameters in use, by key. */
  readonly values: Record<string, string> = {};
  readonly #parameters: ReadonlyMap<string, SqlParameter>;
  /** Values of the session, by function. */
  readonly sessionValues: Readonly<Record<string, string>>;
  #relations = 0;
  /** Aggregate functions met so far, so that an expression knows whether it holds one. */
  #aggregates = 0;

  constructor(
    tables: TableReader,
    parameters: ReadonlyMap<string, SqlParameter>,
    sessionValues: Readonly<Record<string, string>>,
  ) {
    this.tables = tables;
    this.#parameters = parameters;
    this.sessionValues = sessionValues;
  }

  relationName(): string {
    return `r${++this.#relations}`;
  }

  expression<Kind extends Expr['kind']>(expr: Of<Kind>, scope: Scope): Expression {
    const before = this.#aggregates;
    const handler = HANDLERS[expr.kind];
    const result = handler(expr, scope, this);
    if (result.sql.length > MAX_EXPRESSION_LENGTH) throw unsupported('An expression of this size');
    if (result.aggregates === true) this.#aggregates++;
    return { ...result, aggregates: this.#aggregates > before };
  }

  constant(expr: Expr, scope: Scope): Expression {
    const bound = { ...this.values };
    const result = this.expression(expr, scope);
    for (const key of Object.keys(this.values)) if (!(key in bound)) delete this.values[key];
    return result;
  }

  query(query: Query, outer?: Scope): AnalyzedQuery {
    const before = this.#aggregates;
    const analyzed = analyzeQuery(query, this, outer, outer?.common);
    this.#aggregates = before;
    return analyzed;
  }

  parameter(name: string): Expression {
    const key = name.toLowerCase();
    const parameter = this.#parameters.get(key);
    if (parameter === undefined) throw unboundParameter(parameterName(name));
    if (parameter.parts !== undefined) return nestedParameter(parameter.type ?? '', parameter.parts);
    const { type, text, constant, literal } = boundParameter(parameter);
    if (literal !== undefined) return literal;
    if (type.kind === 'void') return nullLiteral;
    if (text === null)
      return { sql: `CAST(NULL AS ${duckdbType(type)})`, type, nullable: true, name: 'NULL', constant };
    this.values[key] = text;
    // A whole number and a text are what they say; only other texts have to be read.
    if (typeof constant === 'bigint' || type.kind === 'string')
      return { sql: `CAST($${key} AS ${duckdbType(type)})`, type, nullable: false, name: text, constant };
    const bound: Expression = { sql: `CAST($${key} AS VARCHAR)`, type: types.string, nullable: false, name: text };
    return { ...castTo(bound, type), nullable: false, constant };
  }
}

const HANDLERS: Handlers = {
  null: () => nullLiteral,
  boolean: ({ value }) => booleanLiteral(value),
  number: (node) => numberLiteral(node),
  string: ({ value }) => stringLiteral(value),
  bytes: bytesLiteral,
  typed: typedLiteral,
  interval: ({ parts }, scope, analyzer) => intervalLiteral(parts, ({ value }) => analyzer.expression(value, scope)),
  parameter: ({ name }, _scope, analyzer) => analyzer.parameter(name),
  column: ({ parts }, scope) => scope.resolve(parts),
  star: () => {
    throw unsupported('A star in this place');
  },
  unary: ({ operator, operand }, scope, analyzer) => unary(operator, analyzer.expression(operand, scope)),
  binary: (node, scope, analyzer) =>
    binary(node.operator, analyzer.expression(node.left, scope), analyzer.expression(node.right, scope)),
  is: (node, scope, analyzer) => isTest(node, analyzer.expression(node.operand, scope)),
  distinct: ({ left, right, negated }, scope, analyzer) =>
    negatedIf(!negated, binary('<=>', analyzer.expression(left, scope), analyzer.expression(right, scope))),
  between: ({ operand, low, high, negated }, scope, analyzer) => {
    const [value, from, to] = [operand, low, high].map((each) => analyzer.expression(each, scope)) as [
      Expression,
      Expression,
      Expression,
    ];
    return negatedIf(negated, between(value, from, to));
  },
  in: ({ operand, list, negated }, scope, analyzer) =>
    negatedIf(
      negated,
      inList(
        analyzer.expression(operand, scope),
        list.map((item) => analyzer.expression(item, scope)),
      ),
    ),
  inQuery: ({ operand, query, negated }, scope, analyzer) =>
    negatedIf(negated, inQuery(analyzer.expression(operand, scope), analyzer.query(query, scope))),
  like: (node, scope, analyzer) =>
    like(node, analyzer.expression(node.operand, scope), analyzer.expression(node.pattern, scope), (args) =>
      functionCall('rlike', args),
    ),
  likeList: (node, scope, analyzer) =>
    likeList(
      node,
      analyzer.expression(node.operand, scope),
      node.patterns.map((pattern) => analyzer.expression(pattern, scope)),
    ),
  case: ({ operand, branches, otherwise }, scope, analyzer) =>
    caseOf(
      operand === undefined ? undefined : analyzer.expression(operand, scope),
      branches.map(({ when, result }) => ({
        when: analyzer.expression(when, scope),
        result: analyzer.expression(result, scope),
      })),
      otherwise === undefined ? undefined : analyzer.expression(otherwise, scope),
    ),
  cast: ({ operand, type, tolerant }, scope, analyzer) => {
    const value = analyzer.expression(operand, scope);
    const name = `${tolerant ? 'TRY_CAST' : 'CAST'}(${value.name} AS ${type.text})`;
    return { ...castTo(value, type, { tolerant }), name, title: undefined, column: undefined, constant: undefined };
  },
  call,
  lambda: () => {
    throw unsupported('A lambda in this place');
  },
  subscript: ({ operand, index }, scope, analyzer) =>
    subscript(analyzer.expression(operand, scope), analyzer.expression(index, scope)),
  field: ({ operand, name }, scope, analyzer) => fieldOf(analyzer.expression(operand, scope), name),
  path: ({ operand, steps, name }, scope, analyzer) => path(analyzer.expression(operand, scope), steps, name),
  subquery: ({ query }, scope, analyzer) => scalarQuery(analyzer.query(query, scope)),
  exists: ({ query }, scope, analyzer) => existsQuery(analyzer.query(query, scope)),
  tuple: ({ items }, scope, analyzer) => {
    const values = items.map((item) => analyzer.expression(item, scope));
    const fields = values.map((value, index) => ({ name: value.column ?? `col${index + 1}`, value }));
    return packed(fields, `named_struct(${fields.flatMap(({ name, value }) => [name, value.name]).join(', ')})`);
  },
};
