import { pointerParts } from '../json-pointer.ts';
import type { IncomingEvent } from './event.ts';
import type { EventRule } from './event-rule.ts';

/**
 * What a rule asks of its template for an event: the body of `POST /api/templates/{name}/runs`. A parameter whose place
 * the event does not have is left out.
 */
export function ruleCall({ parameters, gateway }: EventRule, { document }: IncomingEvent): Record<string, unknown> {
  const values: [string, unknown][] = [];
  for (const [name, source] of parameters) {
    const value = 'value' in source ? source.value : valueAt(document, source.pointer);
    if (value !== undefined) values.push([name, value]);
  }
  return { parameters: Object.fromEntries(values), ...(gateway === undefined ? {} : { gateway }) };
}

/** What a JSON Pointer (RFC 6901) names; undefined where nothing is there. */
function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const part of pointerParts(pointer)) {
    if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return undefined;
    if (Array.isArray(value) && !/^(?:0|[1-9]\d*)$/.test(part)) return undefined;
    if (!Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}
