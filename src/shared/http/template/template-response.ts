import type { HttpRequest } from '@azure/functions';
import type { AppContext } from '../../context.ts';
import type { Template } from '../../templates/template.ts';
import { authorize, type Asked } from '../authorize.ts';
import type { Call } from '../handler.ts';
import { booleanParameter } from '../prefer.ts';
import { ProblemError } from '../problem.ts';
import { routeValue } from '../route-value.ts';

/** A template as callers see it: what it is for and what it takes, and nothing of what it runs. */
export function templateDocument({ name, description, parameters }: Template) {
  return { name, description, parameters: parameters.schema };
}

/** The templates that the caller may run, in the order of their file. */
export function listedTemplates(context: AppContext, call: Call): Template[] {
  return [...(context.templates?.current().values() ?? [])].filter((template) => mayRun(context, call, template));
}

/** The template that a route names, where the caller may run it. @throws {ProblemError} 404 */
export function visibleTemplate(request: HttpRequest, context: AppContext, call: Call): Template {
  const name = routeValue(request, 'name');
  const template = context.templates?.current().get(name);
  if (template !== undefined && mayRun(context, call, template)) return template;
  throw notFound(name);
}

/**
 * The template that a route names, to be run. What it takes is a matter of those who may run it, so a caller who may
 * not is refused before anything of the body is looked at; `validate_only` shows the decision upon the whole request.
 * @throws {ProblemError} 404, 403
 */
export function requestedTemplate(request: HttpRequest, context: AppContext, call: Call): Template {
  const isExplained = booleanParameter(request.query, 'validate_only');
  return templateToRun(context, call, routeValue(request, 'name'), { isExplained });
}

/**
 * The template of a name, to be run, or (`isExplained`) to be decided upon with the whole request.
 * @throws {ProblemError} 404, 403
 */
export function templateToRun(
  context: AppContext,
  call: Call,
  name: string,
  { isExplained }: { isExplained: boolean },
): Template {
  const template = context.templates?.current().get(name);
  if (template === undefined) throw notFound(name);
  if (!isExplained && !mayRun(context, call, template)) {
    for (const workspace of workspacesOf(template, context.config))
      authorize(context, call, askedOf(template, workspace));
  }
  return template;
}

function notFound(name: string): ProblemError {
  return new ProblemError('TEMPLATE_NOT_FOUND', `There is no template ${name.slice(0, 100)}.`);
}

function mayRun({ config, policy }: AppContext, { caller, source }: Call, template: Template): boolean {
  return workspacesOf(template, config).some(
    (workspace) => policy.current().decide({ ...askedOf(template, workspace), caller, source }).allowed,
  );
}

function askedOf({ name }: Template, workspace: string): Asked {
  return { action: 'templates:run', workspace, template: name };
}

/** Where a template can run: any workspace, where it leaves that to the caller. */
function workspacesOf({ request, placeholders }: Template, { workspaces }: AppContext['config']): string[] {
  const { workspace } = (request['gateway'] ?? {}) as { workspace?: unknown };
  const isOpen = placeholders.some(({ path }) => path.join('/') === 'gateway/workspace');
  return typeof workspace === 'string' && !isOpen ? [workspace] : workspaces.map(({ name }) => name);
}
