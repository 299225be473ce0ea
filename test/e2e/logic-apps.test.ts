import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { shareStack } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';
import { filledIn, httpAction, type HttpInputs } from '../support/workflow-engine.ts';

const { stack, gateway, callbacks } = await shareStack();

/** Of an HTTP action its request, of a webhook action those that subscribe and unsubscribe. */
type SampleInputs = HttpInputs & { subscribe: HttpInputs; unsubscribe: HttpInputs };

interface Workflow {
  definition: { actions: Record<string, { inputs: SampleInputs }> };
}

/** An action of a sample workflow, with what the engine fills in. */
function sampleInputs(file: string, action: string, values: Record<string, string> = {}): SampleInputs {
  const { definition } = JSON.parse(readFileSync(`examples/logic-apps/${file}`, 'utf8')) as Workflow;
  return filledIn(definition.actions[action]!.inputs, {
    "parameters('gateway_url')": stack.url,
    'workflow().run.name': randomUUID(),
    ...values,
  });
}

/** In the place of waiting: the response of the address that is polled is held until there is something new. */
const held = (asked: number[]) => async (seconds: number, location: string) => {
  asked.push(seconds);
  await gateway.get(location, { prefer: `wait=${seconds}` });
};

it('is polled by a workflow as the sample says, until the run has ended', async () => {
  const inputs = sampleInputs('run-and-poll.json', 'Run_template');
  const asked: number[] = [];

  const { status, last } = await httpAction(gateway, inputs, held(asked));

  expect(status).toBe('Succeeded');
  expect(last.body).toMatchObject({ outcome: 'succeeded', notebook_output: { json: { params: 'from a workflow' } } });
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.every((seconds) => seconds >= 1)).toBe(true);
});

it('fails the action of a workflow that asked for an error status', async () => {
  const body = simulated(0.1, { result_state: 'FAILED', error: 'It broke.' });

  const uri = '/api/runs?fail_on_error=true';
  const { status, last } = await httpAction(gateway, { method: 'POST', uri, body }, held([]));

  expect(status).toBe('Failed');
  expect(last).toMatchObject({ status: 424, body: { code: 'RUN_UNSUCCESSFUL', result: { outcome: 'failed' } } });
});

it('calls the webhook action of the sample back, with what leads to the result', async () => {
  const path = `/${randomUUID()}`;
  const calledBack = callbacks.next(path);
  const { subscribe } = sampleInputs('run-and-wait-for-callback.json', 'Run_template_and_wait', {
    'listCallbackUrl()': `http://${callbacks.host}${path}`,
  });

  const subscribed = await gateway.post(subscribe.uri, subscribe.body, subscribe.headers);
  const document = (await calledBack) as { id: string; outcome: string; links: { result: string } };

  expect(subscribed.status).toBe(201);
  expect(subscribed.headers['location']).toBe(`${stack.url}/api/runs/${document.id}`);
  expect(subscribed.headers).not.toHaveProperty('retry-after');
  expect(document.outcome).toBe('succeeded');
  const uri = sampleInputs('run-and-wait-for-callback.json', 'Get_result', {
    "body('Run_template_and_wait')?['links']?['result']": document.links.result,
  });
  expect((await gateway.get(uri.uri)).body.notebook_output.json).toMatchObject({ params: 'from a workflow' });
});

it('cancels the run of a webhook action that its workflow gives up, by its key or by Location', async () => {
  const inTheWay = await gateway.submit(simulated(60));
  const { subscribe, unsubscribe } = sampleInputs('run-and-wait-for-callback.json', 'Run_template_and_wait', {
    'listCallbackUrl()': `http://${callbacks.host}/given-up`,
  });
  const { body, headers } = await gateway.post(subscribe.uri, subscribe.body, subscribe.headers);

  const byKey = await gateway.send(unsubscribe.method, unsubscribe.uri);
  const byLocation = await gateway.send('DELETE', headers['location']!);
  const stranger = await gateway.send('DELETE', '/api/runs/-?idempotency_key=none');
  const both = await gateway.send('DELETE', `/api/runs/${inTheWay}?idempotency_key=none`);

  expect(byKey.body.id).toBe(body.id);
  expect([200, 202]).toContain(byKey.status);
  expect([200, 202]).toContain(byLocation.status);
  expect(stranger.status).toBe(404);
  expect(both).toMatchObject({ status: 400, body: { errors: [{ path: '/idempotency_key' }] } });
  await gateway.send('DELETE', `/api/runs/${inTheWay}`);
});

it('refuses a subscription whose callbacks may go nowhere, or that says more of notifications', async () => {
  const uri = '/api/templates/greet/subscriptions';
  const parameters = { key: 'a' };

  const nowhere = await gateway.post(uri, { callback_url: 'https://elsewhere.example/x', parameters });
  const none = await gateway.post(uri, { parameters });
  const callbackUrl = `http://${callbacks.host}/x`;
  const both = await gateway.post(uri, { callback_url: callbackUrl, parameters, gateway: { notify: { queue: true } } });

  expect(nowhere).toMatchObject({
    status: 422,
    body: { code: 'CALLBACK_NOT_ALLOWED', errors: [{ path: '/callback_url' }] },
  });
  expect(none).toMatchObject({ status: 400, body: { errors: [{ path: '/callback_url' }] } });
  expect(both).toMatchObject({ status: 400, body: { errors: [{ path: '/gateway/notify' }] } });
});
