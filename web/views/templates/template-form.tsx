import { useSignal } from '@preact/signals';
import type { RunDocument } from '../../api/documents.ts';
import { hrefOf } from '../../app/href.ts';
import { goTo } from '../../app/location.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useRequest } from '../../parts/use-request.ts';
import { formFields, templateParameters, textOf, type FieldSchema, type FormField } from './form-fields.ts';

/** A template as `GET /api/templates` names it. */
export interface TemplateDocument {
  name: string;
  description?: string;
  parameters: FieldSchema;
}

/** Asks for the parameters of a template, and runs it. */
export function TemplateForm({ template }: { template: TemplateDocument }) {
  const fields = formFields(template.parameters);
  const typed = useSignal<Readonly<Record<string, string>>>({});
  const mistake = useSignal('');
  const { isBusy, problem, submit } = useRequest();
  const run = async (): Promise<void> => {
    mistake.value = '';
    let parameters: Record<string, unknown>;
    try {
      parameters = templateParameters(fields, typed.value);
    } catch (error) {
      mistake.value = error instanceof Error ? error.message : String(error);
      return;
    }
    const path = `templates/${encodeURIComponent(template.name)}/runs`;
    const response = await submit(path, { method: 'POST', body: { parameters } });
    if (response !== undefined) goTo(hrefOf(`/runs/${((await response.json()) as RunDocument).id}`));
  };
  return (
    <form
      class="card template-form"
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <h1>{template.name}</h1>
      {template.description === undefined ? null : <p class="faint">{template.description}</p>}
      {fields.length === 0 ? <p>It takes no parameters.</p> : null}
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          text={typed.value[field.name] ?? field.initial}
          onText={(text) => {
            typed.value = { ...typed.value, [field.name]: text };
          }}
        />
      ))}
      <p class="run-error" role="status">
        {mistake.value}
      </p>
      {problem.value === undefined ? null : <ProblemNotice problem={problem.value} />}
      <div class="dialog-buttons">
        <a class="button" href={hrefOf('/templates')}>
          All templates
        </a>
        <button type="submit" class="main-button" disabled={isBusy.value}>
          Run
        </button>
      </div>
    </form>
  );
}

function Field({ field, text, onText }: { field: FormField; text: string; onText: (text: string) => void }) {
  const { name, schema, isRequired } = field;
  const id = `field-${name}`;
  const about = schema.description ?? '';
  return (
    <div class="template-field">
      <label for={id}>
        {schema.title ?? name} {isRequired ? <span class="faint">required</span> : null}
      </label>
      <Input field={field} id={id} text={text} onText={onText} />
      {about === '' ? null : (
        <p id={`${id}-about`} class="faint">
          {about}
        </p>
      )}
    </div>
  );
}

interface InputProps {
  field: FormField;
  id: string;
  text: string;
  onText: (text: string) => void;
}

function Input({ field: { kind, schema, isRequired }, id, text, onText }: InputProps) {
  const common = {
    id,
    required: isRequired && kind !== 'check',
    ...(schema.description ? { 'aria-describedby': `${id}-about` } : {}),
  };
  const onInput = ({ currentTarget }: { currentTarget: { value: string } }) => onText(currentTarget.value);
  switch (kind) {
    case 'choice':
      return (
        <select {...common} value={text} onChange={onInput}>
          <option value="" />
          {schema.enum?.map((each) => (
            <option key={textOf(each)}>{textOf(each)}</option>
          ))}
        </select>
      );
    case 'check':
      return (
        <input
          {...common}
          type="checkbox"
          checked={text === 'true'}
          onChange={({ currentTarget }) => onText(String(currentTarget.checked))}
        />
      );
    case 'number':
      return (
        <input
          {...common}
          type="number"
          step={schema.type === 'integer' ? 1 : 'any'}
          {...(schema.minimum === undefined ? {} : { min: schema.minimum })}
          {...(schema.maximum === undefined ? {} : { max: schema.maximum })}
          value={text}
          onInput={onInput}
        />
      );
    case 'text':
      return (
        <input
          {...common}
          type="text"
          {...(schema.minLength === undefined ? {} : { minLength: schema.minLength })}
          {...(schema.maxLength === undefined ? {} : { maxLength: schema.maxLength })}
          value={text}
          onInput={onInput}
        />
      );
    case 'json':
      return <textarea {...common} rows={3} spellcheck={false} placeholder="JSON" value={text} onInput={onInput} />;
  }
}
