import { useSignal } from '@preact/signals';
import {
  schemaFields,
  operationParameters,
  resolved,
  typeText,
  type ApiDocument,
  type ApiSchema,
  type Endpoint,
} from './reference.ts';
import { TryIt } from './try-it.tsx';

/** One operation: what it takes and returns, and a form that sends it; drawn when it is opened. */
export function OperationEntry({ document, endpoint }: { document: ApiDocument; endpoint: Endpoint }) {
  const isOpen = useSignal(false);
  const { method, path, operation } = endpoint;
  return (
    <details
      class="operation"
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
      }}
    >
      <summary>
        <span class={`method method-${method}`}>{method.toUpperCase()}</span>
        <code>{path}</code>
        <span class="faint">{operation.summary}</span>
      </summary>
      {isOpen.value ? <Details document={document} endpoint={endpoint} /> : null}
    </details>
  );
}

function Details({ document, endpoint }: { document: ApiDocument; endpoint: Endpoint }) {
  const { operation } = endpoint;
  const parameters = operationParameters(document, operation);
  const body = operation.requestBody?.content?.['application/json']?.schema;
  return (
    <div>
      <p>
        <Prose text={operation.description} />
      </p>
      {parameters.length === 0 ? null : (
        <Fields
          caption="Parameters"
          fields={parameters.map(({ name, required = false, schema = {}, description, in: place }) => ({
            name: `${name} (${place})`,
            isRequired: required,
            schema: description === undefined ? schema : { ...schema, description },
          }))}
        />
      )}
      {body === undefined ? null : <Fields caption={`Body: ${typeText(body)}`} fields={schemaFields(document, body)} />}
      <Responses document={document} endpoint={endpoint} />
      <TryIt endpoint={endpoint} parameters={parameters} />
    </div>
  );
}

function Fields({
  caption,
  fields,
}: {
  caption: string;
  fields: { name: string; isRequired: boolean; schema: ApiSchema }[];
}) {
  if (fields.length === 0) return <p class="faint">{caption}</p>;
  return (
    <table>
      <caption class="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{caption}</th>
          <th scope="col">Type</th>
          <th scope="col">What it is</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ name, isRequired, schema }) => (
          <tr key={name}>
            <td>
              <code>{name}</code>
              {isRequired ? <span class="faint"> required</span> : null}
            </td>
            <td class="faint">{typeText(schema)}</td>
            <td>
              <Prose text={schema.description} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Responses({ document, endpoint }: { document: ApiDocument; endpoint: Endpoint }) {
  const responses = Object.entries(endpoint.operation.responses ?? {});
  return (
    <table>
      <caption class="visually-hidden">Responses</caption>
      <thead>
        <tr>
          <th scope="col">Status</th>
          <th scope="col">Body</th>
          <th scope="col">When</th>
        </tr>
      </thead>
      <tbody>
        {responses.map(([status, given]) => {
          const response = resolved<{ description?: string; content?: Record<string, { schema?: ApiSchema }> }>(
            document,
            given,
          );
          return (
            <tr key={status}>
              <td>{status}</td>
              <td class="faint">
                {Object.entries(response?.content ?? {})
                  .map(([type, { schema }]) => typeText(schema) || type)
                  .join(', ')}
              </td>
              <td>
                <Prose text={response?.description} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** What stands between backquotes is code. */
function Prose({ text = '' }: { text?: string | undefined }) {
  return <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}
