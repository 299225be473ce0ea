import { duckdbType } from '../../types/duckdb-type.ts';
import { SqlError } from '../../sql-error.ts';
import { typeName } from '../../types/type-name.ts';
import { castTo } from '../analysis/cast.ts';
import type { Expression } from '../analysis/expression.ts';
import { notInWarehouse } from './failures.ts';
import type { Form, FunctionKind, Modifiers, SqlFunction } from './function.ts';
import { FURTHER_COUNTS } from './further-signatures.ts';
import { matchParameter, parameterTypes, type Match } from './parameter-kinds.ts';
import { render } from './render.ts';

/** A call whose meaning is known. */
export interface Applied extends Expression {
  functionKind: FunctionKind;
}

/**
 * The call of a function of the list, under the name by which it was called.
 * @throws {@link SqlError} WRONG_NUM_ARGS, DATATYPE_MISMATCH, or 0A000 where Databricks may know the call and this warehouse does not
 */
export function apply(
  definition: SqlFunction,
  calledAs: string,
  args: readonly Expression[],
  modifiers: Modifiers,
): Applied {
  const forms = definition.forms.filter((form) => takesCount(form, args.length));
  if (forms.length === 0 && FURTHER_COUNTS[definition.name]?.includes(args.length) === true)
    throw notInWarehouse(`The function ${calledAs} with ${args.length} arguments`);
  if (forms.length === 0) throw wrongCount(definition, calledAs, args.length);
  if (definition.kind === 'window' && !modifiers.over) throw withoutWindow(calledAs);
  const [form, matches] = chosenForm(forms, calledAs, args);
  const cast = args.map((argument, index) => castBy(argument, matches[index] ?? 'same'));
  const united = form.unify !== undefined ? form.unify(cast) : cast;
  const type = typeof form.returns === 'function' ? form.returns(united) : form.returns;
  return {
    sql: render(form.sql, united, {
      type: duckdbType(type),
      modifiers,
      name: calledAs,
      binds: definition.kind === 'scalar',
    }),
    type,
    nullable: form.nullable ?? united.some(({ nullable }) => nullable),
    name: columnName(
      definition,
      form.title,
      calledAs,
      [...args.slice(0, args.length - (form.hides ?? 0)).map(({ name }) => name), ...(form.shown ?? [])],
      modifiers,
    ),
    functionKind: definition.kind,
  };
}

function columnName(
  definition: SqlFunction,
  formTitle: string | undefined,
  calledAs: string,
  args: readonly string[],
  { distinct, within }: Modifiers,
): string {
  if (definition.column !== undefined) return definition.column(args);
  const own = definition.aliases?.includes(calledAs) === true ? calledAs : (definition.title ?? definition.name);
  const title = formTitle ?? definition.titles?.[calledAs] ?? own;
  const call = `${title}(${distinct === true ? 'DISTINCT ' : ''}${args.join(', ')})`;
  if (within === undefined) return call;
  const keys = within.map(({ key, descending }) => `${key.name}${sortWords(definition, descending)}`);
  return `${call} WITHIN GROUP (ORDER BY ${keys.join(', ')})`;
}

/** Percentiles name a direction only where it is not the usual one; others name it in full. */
function sortWords({ name }: SqlFunction, descending: boolean): string {
  if (name.startsWith('percentile')) return descending ? ' DESC' : '';
  return descending ? ' DESC NULLS LAST' : ' ASC NULLS FIRST';
}

function takesCount({ takes, more }: Form, count: number): boolean {
  return count === takes.length || (more !== undefined && count > takes.length);
}

/** The form that needs the fewest casts. */
function chosenForm(forms: readonly Form[], name: string, args: readonly Expression[]): [Form, readonly Match[]] {
  const tried = forms.map((form) => {
    const matches = args.map((argument, index) => matchParameter(form.takes[index] ?? form.more ?? 'any', argument));
    return [form, matches] as const;
  });
  const fitting = tried.filter(([, matches]) => !matches.includes('mismatch') && !matches.includes('unknown'));
  const castsOf = (matches: readonly Match[]): number => matches.filter((match) => match !== 'same').length;
  const [best] = fitting.toSorted(([, left], [, right]) => castsOf(left) - castsOf(right));
  if (best !== undefined) return [...best];
  if (tried.some(([, matches]) => !matches.includes('mismatch')))
    throw notInWarehouse(`The function ${name}(${args.map(({ type }) => typeName(type)).join(', ')})`);
  throw mismatch(name, args, tried);
}

function castBy(argument: Expression, match: Match): Expression {
  return typeof match === 'string' ? argument : castTo(argument, match);
}

function wrongCount(definition: SqlFunction, name: string, count: number): SqlError {
  const counts = definition.forms.map(({ takes, more }) =>
    more !== undefined ? `>= ${takes.length}` : `${takes.length}`,
  );
  const distinct = [...new Set(counts)];
  const expected = distinct.length === 1 ? `${distinct[0]}` : `[${distinct.join(', ')}]`;
  return new SqlError(
    'WRONG_NUM_ARGS.WITHOUT_SUGGESTION',
    '42605',
    `The \`${name}\` requires ${expected} parameters but the actual number is ${count}. Please, refer to 'https://docs.databricks.com/sql/language-manual/sql-ref-functions.html' for a fix.`,
  );
}

function withoutWindow(name: string): SqlError {
  return new SqlError(
    'WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE',
    '42601',
    `Window function "${name}()" must have an OVER clause.`,
  );
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh'];

function mismatch(
  name: string,
  args: readonly Expression[],
  tried: readonly (readonly [Form, readonly Match[]])[],
): SqlError {
  const at = Math.max(0, tried[0]?.[1].indexOf('mismatch') ?? 0);
  const expected = [...new Set(tried.map(([form]) => parameterTypes(form.takes[at] ?? form.more ?? 'any')))];
  const call = `${name}(${args.map((each) => each.name).join(', ')})`;
  return new SqlError(
    'DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE',
    '42K09',
    `Cannot resolve "${call}" due to data type mismatch: The ${ORDINALS[at] ?? `${at + 1}th`} parameter requires the ${expected.join(' or ')} type, ` +
      `however "${args[at]?.name ?? ''}" has the type "${args[at]?.type.text ?? ''}".`,
  );
}
