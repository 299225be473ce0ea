import { signal } from '@preact/signals';
import { may, workspaces } from '../../app/session.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { ParameterFields, type TypedParameters } from './parameter-fields.tsx';
import { Query, type SqlRequest } from './query.ts';
import { QueryResult } from './query-result.tsx';
import { queryWorkspace, workspacesWithSql } from './query-workspace.ts';
import { markersOf, statementParameters } from './statement-parameters.ts';

// They outlive the view, and end with the tab.
const statement = signal('SELECT 1 AS one');
const typed = signal<TypedParameters>({});
const workspace = signal('');
const catalog = signal('');
const schema = signal('');
const query = signal<Query | undefined>(undefined);

/** Runs a statement and shows its rows as they come. */
export function SqlView() {
  useTitle('SQL');
  const queried = queryWorkspace(workspaces.value, workspace.value);
  if (!may('sql:read') || queried === undefined) {
    const why =
      queried === undefined ? 'No workspace of this gateway has a warehouse.' : 'The policy lets you run no SQL.';
    return <p class="notice">{why}</p>;
  }
  const named = workspacesWithSql(workspaces.value);
  const markers = markersOf(statement.value);
  const isRunning = query.value?.state.value === 'running';
  const run = (): void => {
    query.value?.cancel();
    query.value = new Query(requestOf(markers, queried));
    void query.value.run();
  };
  return (
    <>
      <form
        class="card sql-form"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <h1>SQL</h1>
        <label for="statement">Statement</label>
        <textarea
          id="statement"
          rows={7}
          spellcheck={false}
          value={statement.value}
          onInput={({ currentTarget }) => {
            statement.value = currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
          }}
        />
        <ParameterFields markers={markers} typed={typed} />
        <div class="fields">
          {named.length < 2 ? null : (
            <label>
              Workspace{' '}
              <select
                value={queried}
                onChange={({ currentTarget }) => {
                  workspace.value = currentTarget.value;
                }}
              >
                {named.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          )}
          <Field text="Catalog" of={catalog} />
          <Field text="Schema" of={schema} />
          <span class="grow" />
          {isRunning ? (
            <button type="button" onClick={() => query.value?.cancel()}>
              Stop
            </button>
          ) : null}
          <button type="submit" class="main-button" title="Ctrl+Enter" disabled={statement.value.trim() === ''}>
            Run
          </button>
        </div>
      </form>
      {query.value?.problem.value === undefined ? null : <ProblemNotice problem={query.value.problem.value} />}
      {query.value === undefined ? null : <QueryResult key={query.value} query={query.value} />}
    </>
  );
}

function Field({ text, of }: { text: string; of: { value: string } }) {
  return (
    <label>
      {text}{' '}
      <input
        size={12}
        value={of.value}
        placeholder="default"
        onInput={({ currentTarget }) => {
          of.value = currentTarget.value;
        }}
      />
    </label>
  );
}

function requestOf(markers: readonly string[], queried: string): SqlRequest {
  const given = { catalog: catalog.value, schema: schema.value };
  return {
    statement: statement.value,
    workspace: queried,
    ...(markers.length === 0 ? {} : { parameters: statementParameters(markers, typed.value) }),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')),
  };
}
