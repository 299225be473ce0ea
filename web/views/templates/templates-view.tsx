import { hrefOf } from '../../app/href.ts';
import type { ViewProps } from '../../app/view-props.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useDocument } from '../../parts/use-document.ts';
import { useTitle } from '../../parts/use-title.ts';
import { TemplateForm, type TemplateDocument } from './template-form.tsx';

/** The templates that the caller may run, or the form of the one that the path names. */
export function TemplatesView({ rest }: ViewProps) {
  const { document, problem, read } = useDocument<{ templates: readonly TemplateDocument[] }>('templates');
  useTitle(rest === '' ? 'Templates' : rest);
  if (problem.value !== undefined) return <ProblemNotice problem={problem.value} onRetry={read} />;
  if (document.value === undefined) return <p class="faint loading">Reading the templates…</p>;
  const { templates } = document.value;
  const found = templates.find(({ name }) => name === rest);
  if (found !== undefined) return <TemplateForm key={rest} template={found} />;
  return (
    <>
      <h1>Templates</h1>
      {rest === '' ? null : <p class="notice">There is no template {rest}, or you may not run it.</p>}
      {templates.length === 0 ? (
        <section class="empty">
          <h2>No templates</h2>
          <p>
            A template is a run with named parameters; the setting <code>TEMPLATES_FILE</code> says where they stand.
          </p>
        </section>
      ) : (
        <ul class="template-list">
          {templates.map(({ name, description }) => (
            <li key={name} class="card">
              <a href={hrefOf(`/templates/${encodeURIComponent(name)}`)}>{name}</a>
              <p class="faint">{description}</p>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
