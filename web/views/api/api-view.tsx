import { API_URL } from '../../api/gateway.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useDocument } from '../../parts/use-document.ts';
import { useTitle } from '../../parts/use-title.ts';
import { OperationEntry } from './operation-entry.tsx';
import { endpointsByTag, type ApiDocument } from './reference.ts';

/** The API as its own document describes it, each operation with a form that sends it. */
export function ApiView() {
  const { document, problem, read } = useDocument<ApiDocument>('openapi.json');
  useTitle('API');
  if (problem.value !== undefined) return <ProblemNotice problem={problem.value} onRetry={read} />;
  const found = document.value;
  if (found === undefined) return <p class="faint loading">Reading the description…</p>;
  return (
    <>
      <div class="overview-title">
        <h1>API</h1>
        <p class="faint">
          From <code>{new URL('openapi.json', API_URL).href}</code>, which any OpenAPI client reads.
        </p>
      </div>
      {endpointsByTag(found).map(({ tag, about, endpoints }) => (
        <section key={tag} class="operations" aria-labelledby={`tag-${tag}`}>
          <h2 id={`tag-${tag}`}>
            {tag} <span class="count">{about}</span>
          </h2>
          {endpoints.map((endpoint) => (
            <OperationEntry key={`${endpoint.method} ${endpoint.path}`} document={found} endpoint={endpoint} />
          ))}
        </section>
      ))}
    </>
  );
}
