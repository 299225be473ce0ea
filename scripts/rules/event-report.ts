import type { Config } from '../../src/shared/config/config.ts';
import { incomingEvent } from '../../src/shared/events/event.ts';
import { type EventRule, matchingRule } from '../../src/shared/events/event-rule.ts';
import { isOwnEvent } from '../../src/shared/events/own-event.ts';
import { ruleCall } from '../../src/shared/events/rule-call.ts';
import { ProblemError } from '../../src/shared/http/problem.ts';
import { parseTemplateCall } from '../../src/shared/http/run/template-request.ts';
import { parseWith } from '../../src/shared/http/schema-problem.ts';
import type { Templates } from '../../src/shared/templates/template.ts';

export interface EventReport {
  /** For people and programs: what the gateway would do with the event. */
  text: string;
  /** The event would be kept as one that can never be run. */
  isRefused: boolean;
}

/** What the gateway would submit for an event, and by which rule, by its own code. */
export function reportOf(
  document: unknown,
  { rules, templates, config }: { rules: readonly EventRule[]; templates: Templates; config: Config },
): EventReport {
  try {
    const event = parseWith(incomingEvent, document);
    const { id, source, type, subject } = event;
    const rule = matchingRule(rules, event);
    const known = { event: { id, source, type, subject }, rule: rule?.id ?? null };
    const template = rule === undefined ? undefined : templates.get(rule.template);
    if (rule === undefined || template === undefined) {
      const why = isOwnEvent(event) ? { because: 'The event is the gateway’s own.' } : {};
      return { text: pretty({ ...known, ...why }), isRefused: false };
    }
    const { body, request } = parseTemplateCall(template, ruleCall(rule, event), config);
    const { workspace, labels } = request;
    return { text: pretty({ ...known, template: rule.template, workspace, labels, request: body }), isRefused: false };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { code, message: reason, extras } = error;
    return { text: pretty({ refused: { code, reason, errors: extras.errors ?? [] } }), isRefused: true };
  }
}

/** `JSON.stringify` writes numbers of many digits as they came. */
function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
