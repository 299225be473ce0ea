import { expect, it } from 'vitest';
import type { IncomingEvent } from '../../../src/shared/events/event.ts';
import { type EventRule, matchingRule } from '../../../src/shared/events/event-rule.ts';
import { ruleCall } from '../../../src/shared/events/rule-call.ts';
import { parseJson } from '../../../src/shared/json.ts';

const event: IncomingEvent = {
  id: '1',
  source: '/topics/a',
  type: 'Example.Created',
  subject: '/files/in/orders.csv',
  document: parseJson(
    '{"id":"1","data":{"big":9007199254740993,"a/b":[{"~c":"deep"}],"nothing":null,"none":{"x":1}}}',
  ) as Record<string, unknown>,
};

const rule = (id: string, given: Partial<EventRule> = {}): EventRule => ({
  id,
  template: 'greet',
  parameters: new Map(),
  ...given,
});

const idOf = (rules: EventRule[], given: Partial<IncomingEvent> = {}) =>
  matchingRule(rules, { ...event, ...given })?.id;

it.each([
  ['everything where a rule names nothing', {}, true],
  ['a type as a whole', { type: 'Example.Created' }, true],
  ['no type that only begins so', { type: 'Example' }, false],
  ['a beginning before a *', { type: 'Example.*', subject: '/files/in/*' }, true],
  ['a whole text before a * too', { subject: '/files/in/orders.csv*' }, true],
  ['no other case', { source: '/Topics/a' }, false],
  ['only what fits all of a rule', { type: 'Example.Created', subject: '/files/out/*' }, false],
])('matches %s', (_, given, expected) => {
  expect(idOf([rule('one', given)]) === 'one').toBe(expected);
});

it('takes the first rule that matches', () => {
  expect(idOf([rule('other', { type: 'Other' }), rule('first'), rule('second')])).toBe('first');
  expect(idOf([])).toBe(undefined);
});

it.each([
  ['an event of a run by its type', { type: 'DatabricksGateway.RunCompleted' }],
  ['an event of a run by its source', { source: '/databricks-gateway/runs' }],
  ['a blob of a result', { subject: '/blobServices/default/containers/gateway-runs/blobs/a/result.json' }],
  ['a blob of the engine', { subject: '/blobServices/default/containers/databricksgateway-largemessages/blobs/a/in' }],
  ['a blob of the host', { subject: '/blobServices/default/containers/azure-webjobs-hosts/blobs/locks/a' }],
  ['a blob of a statement', { subject: '/blobServices/default/containers/gateway-statements/blobs/a/rows' }],
])('never matches %s, whatever a rule says', (_, given) => {
  expect(idOf([rule('all')], given)).toBe(undefined);
});

it('takes values from the event by JSON Pointers, digits kept, and from the rule', () => {
  const parameters = new Map([
    ['big', { pointer: '/data/big' }],
    ['deep', { pointer: '/data/a~1b/0/~0c' }],
    ['null', { pointer: '/data/nothing' }],
    ['object', { pointer: '/data/none' }],
    ['constant', { value: [1] }],
  ]);
  const call = ruleCall(rule('one', { parameters, gateway: { labels: { a: 'b' } } }), event);
  expect(JSON.stringify(call)).toBe(
    '{"parameters":{"big":9007199254740993,"deep":"deep","null":null,"object":{"x":1},"constant":[1]},"gateway":{"labels":{"a":"b"}}}',
  );
});

it.each([
  '/data/missing',
  '/data/a~1b/01',
  '/data/a~1b/1',
  '/data/a~1b/length',
  '/data/big/rawJSON',
  '/constructor',
  '/id/0',
])('leaves out a parameter whose place %s the event does not have', (pointer) => {
  expect(ruleCall(rule('one', { parameters: new Map([['key', { pointer }]]) }), event)).toEqual({ parameters: {} });
});
