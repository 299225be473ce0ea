import { expect, it } from 'vitest';
import { parseTraceparent, traceparent } from '../../../src/shared/domain/trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

it('reads a header back as it was written', () => {
  expect(parseTraceparent(traceparent({ traceId: TRACE, spanId: SPAN }))).toEqual({ traceId: TRACE, spanId: SPAN });
});

it('reads a header of a later version, which may say more', () => {
  expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01-what-comes`)).toEqual({ traceId: TRACE, spanId: SPAN });
});

it.each([
  ['none', null],
  ['another form', 'abc'],
  ['more than its version says', `00-${TRACE}-${SPAN}-01-more`],
  ['the version that is none', `ff-${TRACE}-${SPAN}-01`],
  ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
])('takes nothing from a header of %s', (_, header) => {
  expect(parseTraceparent(header)).toBeUndefined();
});
