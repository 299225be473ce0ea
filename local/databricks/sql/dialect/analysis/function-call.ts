import { applyFunction } from '../functions/index.ts';
import type { Modifiers } from '../functions/function.ts';
import type { Expression } from './expression.ts';

/** A call of a function from the list. @throws SqlError 42883 for no function of Databricks', 0A000 for one that is not in the local warehouse */
export function functionCall(name: string, args: readonly Expression[], modifiers: Modifiers = {}): Expression {
  const { functionKind, ...applied } = applyFunction(name, args, modifiers);
  const inWindow = modifiers.over !== undefined;
  const inside = args.some(({ aggregates }) => aggregates === true);
  return {
    ...applied,
    aggregates: (functionKind === 'aggregate' && !inWindow) || inside,
    windows: inWindow || args.some(({ windows }) => windows === true),
  };
}
