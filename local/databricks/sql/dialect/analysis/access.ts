import { types } from '../../types/column-type.ts';
import { quoteString } from '../../quoting.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import type { PathStep } from '../syntax/ast.ts';
import { castTo } from './cast.ts';
import { unexpectedType } from './errors.ts';
import type { Expression } from './expression.ts';
import { withOperands } from './operand.ts';
import { isIntegral } from './type-coercion.ts';

/** `a[i]` of an array, from 0; `m[k]` of a map. */
export function subscript(base: Expression, index: Expression): Expression {
  const name = `${base.name}[${index.name}]`;
  const { type } = base;
  if (type.kind === 'map') {
    const key = castTo(index, type.key);
    return { sql: `${base.sql}[${key.sql}]`, type: type.value, nullable: true, name };
  }
  if (type.kind === 'array') {
    if (!isIntegral(index.type)) throw unexpectedType(name, 'second', '"INTEGRAL"', index);
    const sql = withOperands(
      base.sql,
      castTo(index, types.bigint).sql,
      (list, place) =>
        `CASE WHEN ${place} < 0 OR ${place} >= len(${list}) THEN spark_array_index(${place}, len(${list})) ELSE ${list}[${place} + 1] END`,
    );
    return { sql, type: type.element, nullable: true, name };
  }
  if (type.kind === 'variant') throw unsupported('A subscript of a VARIANT');
  throw new SqlError(
    'INVALID_EXTRACT_BASE_FIELD_TYPE',
    '42000',
    `Can't extract a value from "${base.name}". Need a complex type [STRUCT, ARRAY, MAP] but got "${type.text}".`,
  );
}

/**
 * `raw:path`: a STRING out of JSON text, a VARIANT out of a VARIANT.
 * Source: Databricks' reference, JSON path expression and the colon sign operator.
 */
export function path(base: Expression, steps: readonly PathStep[], title: string): Expression {
  const isVariant = base.type.kind === 'variant';
  if (!isVariant && base.type.kind !== 'string')
    throw unexpectedType(`${base.name}:${title}`, 'first', '"STRING" or "VARIANT"', base);
  const name = `${base.name}:${steps.map(stepName).join('.').replaceAll('.[', '[')}`;
  const found = { type: base.type, nullable: true, name, title };
  if (isVariant) return { ...found, sql: `spark_variant_path(${base.sql}, ${quoteString(jsonPath(steps))})` };
  if (steps.some((step) => step === 'all')) throw unsupported('[*] in a path of JSON text');
  const inner = steps.reduce((json, step) => stepSql(json, step), `spark_json(${base.sql})`);
  return { ...found, sql: `spark_json_text(${inner})` };
}

const stepName = (step: PathStep): string =>
  step === 'all' ? '[*]' : 'index' in step ? `[${step.index}]` : step.field;

/** A field by its own case if there is one, else by any case, where the path does not quote it. */
function stepSql(json: string, step: PathStep): string {
  if (step === 'all') return json;
  if ('index' in step) return `json_extract(${json}, '$[${step.index}]')`;
  const exact = quoteString(jsonPath([step]));
  return step.exact
    ? `json_extract(${json}, ${exact})`
    : `spark_json_field(${json}, ${exact}, ${quoteString(step.field)})`;
}

function jsonPath(steps: readonly PathStep[]): string {
  return `$${steps.map((step) => (step === 'all' ? unsupportedStar() : 'index' in step ? `[${step.index}]` : `."${step.field.replaceAll('"', '\\"')}"`)).join('')}`;
}

function unsupportedStar(): never {
  throw unsupported('[*] in a path of a VARIANT');
}
