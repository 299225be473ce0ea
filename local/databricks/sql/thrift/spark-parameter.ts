import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import type { ParameterPart, SqlParameter } from '../engine/parameters.ts';

/** A parameter as the drivers send it: its value as a text, or the parts of an ARRAY or a MAP. */
export function sqlParameter({ name, type, value, arguments: parts }: T.TSparkParameter): SqlParameter {
  return {
    ...(name ? { name } : {}),
    ...(type ? { type } : {}),
    ...(parts != null ? { parts: parts.map(parameterPart) } : { value: value?.stringValue ?? null }),
  };
}

function parameterPart({ type, value, arguments: parts }: T.TSparkParameterValueArg): ParameterPart {
  return {
    ...(type ? { type } : {}),
    ...(parts != null ? { parts: parts.map(parameterPart) } : { value: value ?? null }),
  };
}
