import type { Config } from './config/config.ts';
import type { DocumentSource } from './config/document-source.ts';
import type { Documents } from './documents.ts';
import type { EventRule } from './events/event-rule.ts';
import { runProblems, templateCallProblems } from './http/run/template-request.ts';
import type { Templates } from './templates/template.ts';

/** The templates of `TEMPLATES_FILE`, and the rules of `EVENT_RULES_FILE` that run them; undefined what is not set. */
export function openTemplates(
  config: Config,
  documents: Documents,
): { templates: DocumentSource<Templates> | undefined; eventRules: DocumentSource<readonly EventRule[]> | undefined } {
  const { templatesFile, eventRulesFile } = config;
  const templates =
    templatesFile === undefined
      ? undefined
      : documents.open('TEMPLATES_FILE', templatesFile, async () => {
          const { templatesSchema } = await import('./templates/templates-schema.ts');
          return templatesSchema((request) => runProblems(request, config));
        });
  if (eventRulesFile === undefined) return { templates, eventRules: undefined };
  const eventRules = documents.open('EVENT_RULES_FILE', eventRulesFile, async () => {
    const { eventRulesSchema } = await import('./events/event-rules-schema.ts');
    return eventRulesSchema({
      templates: async () => {
        await templates?.refresh();
        return templates?.current() ?? new Map();
      },
      problemsOf: (template, call) => templateCallProblems(template, call, config),
    });
  });
  return { templates, eventRules };
}
