import { types } from '../../types/column-type.ts';
import { quoteString } from '../../quoting.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import type { Call, Expr } from '../syntax/ast.ts';
import type { Analyzer } from './analyzer.ts';
import { CONDITIONALS, wrongCount } from './conditionals.ts';
import { CONSTRUCTORS } from './constructors.ts';
import type { Expression } from './expression.ts';
import { functionCall } from './function-call.ts';
import { GENERATORS } from './generators.ts';
import { HIGHER_ORDER } from './higher-order.ts';
import { stringLiteral } from './literals.ts';
import type { Scope } from './scope.ts';
import { windowSql } from './windows.ts';

/** Functions whose first argument may be a bare unit of time. */
const WITH_UNIT = new Set(['date_add', 'dateadd', 'datediff', 'date_diff', 'timestampadd', 'timestampdiff']);
/** Values of the session, by the functions that give them. */
const SESSION = new Set([
  'current_catalog',
  'current_schema',
  'current_database',
  'current_user',
  'session_user',
  'user',
  'current_timezone',
]);

/** A call of a function, whatever makes it: the conditionals and constructors of this analysis, or the list of functions. */
export function call(node: Call, scope: Scope, analyzer: Analyzer): Expression {
  const name = functionName(node);
  const isPlain =
    node.over === undefined &&
    node.filter === undefined &&
    !node.distinct &&
    node.withinGroup === undefined &&
    node.nulls === undefined;
  if (isPlain) {
    const own = ownCall(name, node, scope, analyzer);
    if (own !== undefined) return own;
  }
  if (Object.hasOwn(GENERATORS, name)) throw unsupported(`${name} in this place`);
  return listedCall(name, node, scope, analyzer);
}

/** The name of a built-in function, which may be qualified. @throws SqlError UNRESOLVED_ROUTINE */
function functionName({ name }: Call): string {
  const last = (name.at(-1) ?? '').toLowerCase();
  const qualifier = name.slice(0, -1).join('.').toLowerCase();
  if (qualifier === '' || qualifier === 'system.builtin' || qualifier === 'builtin') return last;
  throw new SqlError(
    'UNRESOLVED_ROUTINE',
    '42883',
    `Cannot resolve routine ${name.map((part) => `\`${part}\``).join('.')} on search path [\`system\`.\`builtin\`, \`system\`.\`session\`].`,
  );
}

function ownCall(name: string, node: Call, scope: Scope, analyzer: Analyzer): Expression | undefined {
  const higher = Object.hasOwn(HIGHER_ORDER, name) ? HIGHER_ORDER[name] : undefined;
  if (higher !== undefined) return higher(name, unnamed(name, node), lambdaContext(scope, analyzer));
  if (node.args.some(({ value }) => value.kind === 'lambda')) throw unsupported(`The function ${name} with a lambda`);
  const constructor = Object.hasOwn(CONSTRUCTORS, name) ? CONSTRUCTORS[name] : undefined;
  if (constructor !== undefined)
    return constructor(node.args.map((arg) => ({ alias: arg.name, value: analyzer.expression(arg.value, scope) })));
  const conditional = Object.hasOwn(CONDITIONALS, name) ? CONDITIONALS[name] : undefined;
  if (conditional !== undefined) {
    const args = unnamed(name, node).map((arg) => analyzer.expression(arg, scope));
    if (!conditional.count(args.length)) throw wrongCount(name, 'other', args.length);
    return conditional.make(name, args);
  }
  if (SESSION.has(name) && node.args.length === 0) return sessionValue(name, analyzer);
  return undefined;
}

function sessionValue(name: string, { sessionValues }: Analyzer): Expression {
  const value = sessionValues[name];
  if (value === undefined) throw unsupported(`${name}() in a view`);
  return { sql: quoteString(value), type: types.string, nullable: false, name: `${name}()` };
}

function unnamed(name: string, { args }: Call): Expr[] {
  if (args.some((arg) => arg.name !== undefined)) throw unsupported(`Named arguments of ${name}`);
  return args.map(({ value }) => value);
}

function lambdaContext(scope: Scope, analyzer: Analyzer) {
  const variable = (place: number): string => `x${scope.lambdaDepth + place + 1}`;
  return {
    value: (expr: Expr) => analyzer.expression(expr, scope),
    variable,
    body: (
      lambda: Extract<Expr, { kind: 'lambda' }>,
      parameters: readonly { sql: string; type: Expression['type']; nullable?: boolean }[],
    ) => {
      const bound = lambda.parameters.map((name, index): [string, Expression] => {
        const parameter = parameters[index];
        if (parameter === undefined) throw new TypeError('A lambda has too many parameters.');
        return [name.toLowerCase(), { nullable: true, ...parameter, name: 'namedlambdavariable()' }];
      });
      return analyzer.expression(lambda.body, scope.withLambda(new Map(bound)));
    },
  };
}

/** A call of a function from the list, with what may stand around its arguments. */
function listedCall(name: string, node: Call, scope: Scope, analyzer: Analyzer): Expression {
  const args = argumentsOf(name, node, scope, analyzer);
  if (node.distinct && node.over !== undefined) throw distinctWindow(args, name);
  const window = node.over === undefined ? undefined : windowSql(node.over, scope, analyzer, { name, offset: args[1] });
  const filter = node.filter === undefined ? undefined : analyzer.expression(node.filter, scope);
  const called = functionCall(calledAs(name), name === 'trim_both' ? args.toReversed() : args, {
    distinct: node.distinct,
    ...(node.nulls === undefined ? {} : { ignoreNulls: node.nulls === 'IGNORE' }),
    ...(node.withinGroup === undefined
      ? {}
      : {
          within: node.withinGroup.map(({ value, descending }) => ({
            key: analyzer.expression(value, scope),
            descending,
          })),
        }),
    ...(filter === undefined ? {} : { filter: `FILTER (WHERE ${filter.sql})` }),
    ...(window === undefined ? {} : { over: `OVER ${window.sql}` }),
  });
  const filtered = filter !== undefined ? ` FILTER (WHERE ${filter.name})` : '';
  const over = window !== undefined ? ` OVER ${window.name}` : '';
  const shown = filtered || over ? `${called.name}${filtered}${over}` : called.name;
  return { ...called, name: specialName(name, args) ?? shown };
}

function distinctWindow(args: readonly Expression[], name: string): SqlError {
  return new SqlError(
    'DISTINCT_WINDOW_FUNCTION_UNSUPPORTED',
    '0A000',
    `Distinct window functions are not supported: ${name}(DISTINCT ${args.map((arg) => arg.name).join(', ')}).`,
  );
}

const TRIMS: Readonly<Record<string, string>> = { trim_both: 'btrim', trim_leading: 'ltrim', trim_trailing: 'rtrim' };

const calledAs = (name: string): string => TRIMS[name] ?? name;

/** The name of a column of `TRIM(… FROM …)`. */
function specialName(name: string, args: readonly Expression[]): string | undefined {
  if (!Object.hasOwn(TRIMS, name)) return undefined;
  const side = name.slice('trim_'.length).toUpperCase();
  const [first, second] = args;
  return `TRIM(${side} ${second !== undefined ? `${first?.name ?? ''} FROM ${second.name}` : `FROM ${first?.name ?? ''}`})`;
}

function argumentsOf(name: string, node: Call, scope: Scope, analyzer: Analyzer): Expression[] {
  const values = unnamed(name, node);
  const [only] = values;
  if (name === 'count' && values.length === 1 && only?.kind === 'star' && only.qualifier.length === 0) return [];
  if (name === 'count' && values.length === 0) throw wrongCount(name, '> 0', 0);
  return values.map((value, index) =>
    index === 0 && WITH_UNIT.has(name) && value.kind === 'column' && value.parts.length === 1
      ? unit(value.parts[0] ?? '')
      : analyzer.expression(value, scope),
  );
}

const unit = (word: string): Expression => ({ ...stringLiteral(word.toUpperCase()), name: word.toUpperCase() });
