import { printDatabricks, type Node } from './polyglot.ts';
import { identifier, literalOf } from './rewrite.ts';

/** Kinds of nodes that have a name of their own, or several. */
const named = new Set(['alias', 'column', 'star', 'dot', 'identifier', 'explode_outer', 'posexplode', 'aliases']);
const generators = new Set([
  'posexplode',
  'posexplode_outer',
  'inline',
  'inline_outer',
  'stack',
  'json_tuple',
  'explode_outer',
]);
const operators = new Set([
  'add',
  'sub',
  'mul',
  'div',
  'mod',
  'eq',
  'neq',
  'lt',
  'lte',
  'gt',
  'gte',
  'and',
  'or',
  'int_div',
]);

/** Gives every column without a name the name that Spark derives from its expression. */
export function nameColumns(body: Record<string, unknown>): Node {
  const expressions = body['expressions'] as Node[];
  return { select: { ...body, expressions: expressions.map(nameColumn) } };
}

function nameColumn(expression: Node): Node {
  const kind = Object.keys(expression)[0] ?? '';
  const functionName = (expression['function'] as { name?: unknown } | undefined)?.name;
  if (named.has(kind) || generators.has(String(functionName).toLowerCase())) return expression;
  const name = kind === 'explode' ? 'col' : columnName(expression, kind);
  return {
    alias: {
      this: expression,
      alias: identifier(name),
      column_aliases: [],
      alias_explicit_as: true,
      pre_alias_comments: [],
      trailing_comments: [],
    },
  };
}

function columnName(expression: Node, kind: string): string {
  const literal = literalOf(expression);
  if (literal?.type === 'string') return literal.value;
  if (literal?.type === 'date' || literal?.type === 'timestamp')
    return `${literal.type.toUpperCase()} '${literal.value}'`;
  const text = printDatabricks(expression)
    .replaceAll('`', '')
    .replaceAll(/\b(?!CAST\b|TRY_CAST\b)[A-Z][A-Z0-9_]*(?=\()/g, (word) => word.toLowerCase())
    .replaceAll('count(*)', 'count(1)')
    .replaceAll(/'([^']*)'/g, '$1');
  return operators.has(kind) ? `(${text})` : text;
}
