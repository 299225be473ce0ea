import { expect, it } from 'vitest';
import { shareStack } from '../support/file-stack.ts';
import { SEED, simulated } from '../support/gateway.ts';

const { stack, gateway } = await shareStack();

it("runs the seed's notebook and gives its result back, text and JSON", async () => {
  const accepted = await gateway.post('/api/runs', SEED);

  expect(accepted.status).toBe(202);
  const { id } = accepted.body;
  expect(accepted.headers['location']).toBe(`${stack.url}/api/runs/${id}/result`);
  expect(accepted.headers['operation-location']).toBe(`${stack.url}/api/runs/${id}`);
  expect(accepted.headers['retry-after']).toMatch(/^\d+$/);
  expect(accepted.body).toMatchObject({ status: 'queued', outcome: null, source: 'http', compute: 'existing_cluster' });

  const result = await gateway.result(id);
  expect(result.outcome).toBe('succeeded');
  expect(result.notebook_output.result).toBe('{"status": "ok", "params": "test_key"}');
  expect(result.notebook_output.json.params).toBe('test_key');
  expect(result.tasks[0]).toMatchObject({ task_key: 'main', outcome: 'succeeded' });
  expect(result.run_id).toMatch(/^\d+$/);
  expect(result.tasks[0].run_id).not.toBe(result.run_id);
  expect(result.run_page_url).toContain(result.run_id);
});

it('answers 202 with Location and Retry-After to whoever polls the result, until there is one', async () => {
  const id = await gateway.submit(simulated(3));

  const early = await gateway.get(`/api/runs/${id}/result`);

  expect(early.status).toBe(202);
  expect(early.headers['location']).toBe(`${stack.url}/api/runs/${id}/result`);
  expect(Number(early.headers['retry-after'])).toBeGreaterThan(0);
  expect((await gateway.result(id)).outcome).toBe('succeeded');
});

it('holds the answer to a submit until the run ends where `Prefer: wait` allows', async () => {
  const answer = await gateway.post('/api/runs', simulated(1, { result: '42' }), { prefer: 'wait=30' });

  expect(answer.status).toBe(200);
  expect(answer.body.notebook_output).toEqual({ result: '42', truncated: false, json: 42 });
});

it('returns the outputs of both tasks of a run by their keys', async () => {
  const id = await gateway.submit({
    tasks: [
      { task_key: 'first', ...simulated(0.2, { result: 'one' }) },
      {
        task_key: 'second',
        depends_on: [{ task_key: 'first' }],
        ...simulated(0.2, { result: '{"n": 12345678901234567890}' }),
      },
    ],
  });

  const result = await gateway.result(id);

  expect(result.tasks.map((task: { task_key: string }) => task.task_key)).toEqual(['first', 'second']);
  expect(result.tasks[0].notebook_output).toEqual({ result: 'one', truncated: false });
  expect((await gateway.get(`/api/runs/${id}/result`)).text).toContain('"json":{"n":12345678901234567890}');
  expect(result.notebook_output).toBeUndefined();
});

it('tells why a second task failed, and keeps the output of the first', async () => {
  const failing = simulated(0.1, {
    result_state: 'FAILED',
    error: 'ValueError: no such day',
    error_trace: '\u001b[0;31mTraceback\u001b[0m: line 7',
  });
  const id = await gateway.submit({
    tasks: [
      { task_key: 'first', ...simulated(0.1, { result: 'one' }) },
      { task_key: 'second', depends_on: [{ task_key: 'first' }], ...failing },
      { task_key: 'third', depends_on: [{ task_key: 'second' }], ...simulated(0.1) },
    ],
  });

  const result = await gateway.result(id);

  const why = { class: 'user_code', retryable: false, message: 'ValueError: no such day' };
  expect(result).toMatchObject({ outcome: 'failed', failure: why });
  expect(result.state_message).not.toBe(why.message);
  const { body: document } = await gateway.get(`/api/runs/${id}`);
  expect(document.failure).toMatchObject(why);
  expect(result.tasks[0].notebook_output.result).toBe('one');
  expect(result.tasks[1]).toMatchObject({ outcome: 'failed', error: 'ValueError: no such day' });
  expect(result.tasks[1].error_trace).toContain('\u001b');
  expect(result.tasks[1].error_trace_text).toBe('Traceback: line 7');
  expect(result.tasks[2].outcome).toBe('skipped');
  expect((await gateway.get(`/api/runs/${id}/result?fail_on_error=true`)).status).toBe(424);
});

it('calls a run that outlives its timeout_seconds timed out', async () => {
  const id = await gateway.submit({ ...simulated(30), timeout_seconds: 2 });

  const result = await gateway.result(id);

  expect(result).toMatchObject({ outcome: 'timed_out', failure: { class: 'timeout' } });
});

it('cancels a running run, at Databricks too', async () => {
  const id = await gateway.submit(simulated(60));
  await gateway.until(id, (document) => document.run_id !== null);

  const canceled = await gateway.send('DELETE', `/api/runs/${id}`);

  expect(canceled.status).toBe(202);
  expect(canceled.body.status).toBe('canceling');
  expect(await gateway.result(id)).toMatchObject({ outcome: 'canceled', failure: { class: 'canceled' } });
  expect(await gateway.databricksRuns(id)).toMatchObject([{ result_state: 'CANCELED' }]);
  expect((await gateway.send('DELETE', `/api/runs/${id}`)).status).toBe(200);
});

it('runs a template with the values of its caller, digits kept, and says which it was', async () => {
  const { body: listed } = await gateway.get('/api/templates');
  const { body: template } = await gateway.get('/api/templates/greet');
  expect(listed.templates).toEqual([template]);
  expect(template).toMatchObject({ name: 'greet', parameters: { required: ['key'], additionalProperties: false } });

  const text = '{"parameters":{"key":"a \\"b\\"","number":12345678901234567890},"gateway":{"labels":{"x":"1"}}}';
  const headers = { 'idempotency-key': 'greeting' };
  const accepted = await gateway.post('/api/templates/greet/runs', text, headers);
  expect(accepted).toMatchObject({ status: 202, body: { template: 'greet', labels: { template: 'greet', x: '1' } } });
  expect(accepted.body).toMatchObject({ trace_id: expect.stringMatching(/^[0-9a-f]{32}$/), correlation_id: null });
  const replayed = await gateway.post('/api/templates/greet/runs', text, headers);
  expect([replayed.body.id, replayed.headers['idempotency-replayed']]).toEqual([accepted.body.id, 'true']);

  const { body: checked } = await gateway.post('/api/templates/greet/runs?validate_only=true', {
    parameters: { key: 'b' },
  });
  expect(checked.request.notebook_task.base_parameters).toEqual({ key: 'b', number: '1' });
  const result = await gateway.result(accepted.body.id);
  expect(result).toMatchObject({
    outcome: 'succeeded',
    template: 'greet',
    notebook_output: { json: { params: 'a "b"' } },
  });
  expect(await gateway.get('/api/templates/other')).toMatchObject({
    status: 404,
    body: { code: 'TEMPLATE_NOT_FOUND' },
  });
  expect(await gateway.post('/api/templates/greet/runs', { parameters: { key: 1 } })).toMatchObject({
    status: 422,
    body: { code: 'TEMPLATE_PARAMETERS_INVALID', errors: [{ path: '/parameters/key', message: 'Must be string.' }] },
  });
});

it('passes unknown Databricks fields on, digit for digit', async () => {
  const body = `{"existing_cluster_id":"0101-000000-local00","made_up_by_tomorrow":{"id":9007199254740993},
    "notebook_task":{"notebook_path":"/Simulated/x","base_parameters":{"seconds":"0.1"},"new_option":true}}`;

  const validated = await gateway.post('/api/runs?validate_only=true', body);

  expect(validated.status).toBe(200);
  expect(validated.text).toContain('"made_up_by_tomorrow":{"id":9007199254740993}');
  expect(validated.text).toContain('"new_option":true');
  expect((await gateway.result(await gateway.submit(body))).outcome).toBe('succeeded');
});

it.each(['\u2028\u2029', '\u0085\u00a0\ufeff', '\0\b\r\n\u001b', '\ufffe\uffff\udc00\ud800', '--changeset_x--\r\n'])(
  'takes a run whose texts hold %j, and knows it again by its key',
  async (text) => {
    const body = { run_name: text, ...simulated(0.1, { [text]: text }), gateway: { labels: { [text]: text } } };
    const headers = { 'idempotency-key': `odd-${encodeURIComponent(text.toWellFormed())}` };
    const { status, body: run } = await gateway.post('/api/runs', body, headers);

    expect([status, run.run_name, run.labels]).toEqual([202, text, { [text]: text }]);
    expect(await gateway.submit(body, headers)).toBe(run.id);
    expect((await gateway.result(run.id)).outcome).toBe('succeeded');
  },
);

it('makes one run of a submit whose answer was lost', async () => {
  await gateway.control('databricks', 'POST', 'faults', {
    match: { operation: 'runs/submit' },
    kind: 'lost_response',
    times: 1,
  });

  const result = await gateway.result(await gateway.submit(simulated(0.2)));

  expect(result.outcome).toBe('succeeded');
  expect(await gateway.databricksRuns(result.id)).toHaveLength(1);
});

it('answers 404 for a run that it does not know', async () => {
  const unknown = await gateway.get('/api/runs/0123456789abcdef0123456789abcdef');

  expect(unknown.status).toBe(404);
  expect(unknown.headers['content-type']).toContain('application/problem+json');
  expect(unknown.body).toMatchObject({ status: 404, code: 'RUN_NOT_FOUND' });
  expect(unknown.body.request_id).toMatch(/\S/);
});
