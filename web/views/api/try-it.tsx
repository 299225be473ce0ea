import { useSignal } from '@preact/signals';
import { boundedText } from '../../api/bounded-text.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useRequest } from '../../parts/use-request.ts';
import { pathOf, type ApiParameter, type Endpoint } from './reference.ts';

/** More of a response is not shown: it may be of any size. */
const MAX_SHOWN_CHARACTERS = 100_000;

interface TryItProps {
  endpoint: Endpoint;
  parameters: readonly ApiParameter[];
}

/** Sends an operation with what is typed, as whoever has signed in, and shows what comes. */
export function TryIt({ endpoint, parameters }: TryItProps) {
  const typed = useSignal<Readonly<Record<string, string>>>({});
  const content = endpoint.operation.requestBody?.content?.['application/json'];
  const [example] = Object.values(content?.examples ?? {});
  const body = useSignal(example?.value === undefined ? '' : JSON.stringify(example.value, null, 2));
  const response = useSignal<{ status: string; text: string } | undefined>(undefined);
  const { isBusy, problem, submit } = useRequest();
  const prefix = `${endpoint.operation.operationId ?? endpoint.path}-`;
  const run = async (): Promise<void> => {
    response.value = undefined;
    const came = await submit(pathOf(endpoint, parameters, typed.value), {
      method: endpoint.method.toUpperCase() as 'GET' | 'POST' | 'DELETE',
      headers: Object.fromEntries(
        parameters.flatMap(({ name, in: place }) =>
          place === 'header' && typed.value[name] ? [[name, typed.value[name]]] : [],
        ),
      ),
      ...(content === undefined || body.value.trim() === '' ? {} : { text: body.value }),
    });
    if (came === undefined) return;
    response.value = { status: `${came.status} ${came.statusText}`, text: shownText(await boundedText(came)) };
  };
  return (
    <form
      class="try-it"
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <h3>Try it</h3>
      <div class="fields">
        {parameters.map(({ name, in: place, required = false }) => (
          <label key={`${place} ${name}`}>
            {name}{' '}
            <input
              required={required}
              value={typed.value[name] ?? ''}
              onInput={({ currentTarget }) => {
                typed.value = { ...typed.value, [name]: currentTarget.value };
              }}
            />
          </label>
        ))}
      </div>
      {content === undefined ? null : (
        <>
          <label for={`${prefix}body`}>Body, as JSON</label>
          <textarea
            id={`${prefix}body`}
            rows={8}
            spellcheck={false}
            value={body.value}
            onInput={({ currentTarget }) => {
              body.value = currentTarget.value;
            }}
          />
        </>
      )}
      <div class="dialog-buttons">
        <button type="submit" disabled={isBusy.value}>
          Send
        </button>
      </div>
      {problem.value === undefined ? null : <ProblemNotice problem={problem.value} />}
      {response.value === undefined ? null : (
        <figure class="block">
          <figcaption>{response.value.status}</figcaption>
          <pre tabIndex={0} aria-label="Response">
            {response.value.text}
          </pre>
        </figure>
      )}
    </form>
  );
}

function shownText(text: string | undefined): string {
  if (text === undefined) return 'The response is too large to be shown here.';
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // It is no JSON, and is shown as it came.
  }
  return shown.length > MAX_SHOWN_CHARACTERS ? `${shown.slice(0, MAX_SHOWN_CHARACTERS)}\n…` : shown;
}
