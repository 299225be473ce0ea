const operators: Record<string, (left: string, right: string) => boolean> = {
  EQUAL_TO: (left, right) => left === right,
  NOT_EQUAL: (left, right) => left !== right,
  GREATER_THAN: (left, right) => Number(left) > Number(right),
  GREATER_THAN_OR_EQUAL: (left, right) => Number(left) >= Number(right),
  LESS_THAN: (left, right) => Number(left) < Number(right),
  LESS_THAN_OR_EQUAL: (left, right) => Number(left) <= Number(right),
};

/** The outcome of a condition task, by which later tasks are chosen; undefined for an unknown operator. */
export function conditionOutcome(op: string, left: string, right: string): 'true' | 'false' | undefined {
  const holds = operators[op]?.(left, right);
  return holds === undefined ? undefined : holds ? 'true' : 'false';
}
