import type { AppFunction } from './worker/app-worker.ts';

const TRIGGERS: ReadonlySet<string> = new Set([
  'httptrigger',
  'timertrigger',
  'queuetrigger',
  'eventgridtrigger',
  'orchestrationtrigger',
  'activitytrigger',
  'entitytrigger',
]);
const INPUTS: ReadonlySet<string> = new Set(['durableclient', 'orchestrationclient']);

/** What of a function this host will not do: a trigger that never fires, inputs that stay empty. */
export function unsupportedBindings(fn: AppFunction): string[] {
  const problems: string[] = [];
  for (const binding of fn.bindings.values()) {
    const type = binding.type.toLowerCase();
    if (binding === fn.trigger) {
      if (!TRIGGERS.has(type)) problems.push(`its trigger of type "${binding.type}" never fires here`);
    } else if ((binding.direction === 'in' || binding.direction === 0) && !INPUTS.has(type)) {
      problems.push(`its input "${binding.name}" of type "${binding.type}" is empty here`);
    }
  }
  return problems;
}
