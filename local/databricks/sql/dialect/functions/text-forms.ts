import { types } from '../../types/column-type.ts';
import type { Form } from './function.ts';
import type { ParameterKind } from './parameter-kinds.ts';

/** A form that returns STRING. */
export const text = (takes: readonly ParameterKind[], sql: Form['sql'], more: Partial<Form> = {}): Form => ({
  takes,
  returns: types.string,
  sql,
  ...more,
});

/** A form that returns INT. */
export const whole = (takes: readonly ParameterKind[], sql: Form['sql'], more: Partial<Form> = {}): Form => ({
  takes,
  returns: types.int,
  sql,
  ...more,
});
