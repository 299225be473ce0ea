import type { IncomingEvent } from './event.ts';
import { isOwnEvent } from './own-event.ts';

/** Where a parameter has its value from: the place in the event that a JSON Pointer names, or the rule itself. */
export type ParameterSource = { pointer: string } | { value: unknown };

/** Which events run which template. What is matched is a whole text, or its beginning where it ends in `*`. */
export interface EventRule {
  id: string;
  type?: string | undefined;
  source?: string | undefined;
  subject?: string | undefined;
  template: string;
  parameters: ReadonlyMap<string, ParameterSource>;
  /** Options of the run, as a caller of the template gives them. */
  gateway?: Readonly<Record<string, unknown>> | undefined;
}

/** The first rule that an event matches; none for the gateway's own events, whatever a rule says. */
export function matchingRule(rules: readonly EventRule[], event: IncomingEvent): EventRule | undefined {
  return isOwnEvent(event) ? undefined : rules.find((rule) => matches(rule, event));
}

function matches({ type, source, subject }: EventRule, event: IncomingEvent): boolean {
  return fits(event.type, type) && fits(event.source, source) && fits(event.subject, subject);
}

function fits(text: string, pattern: string | undefined): boolean {
  if (pattern === undefined) return true;
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
