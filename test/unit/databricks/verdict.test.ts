import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorOfResponse } from '../../../src/shared/databricks/response-error.ts';
import { rulingOn, VERDICTS, type Ruling } from '../../../src/shared/databricks/verdict.ts';

const HTML = '<html><h1>Not Found</h1></html>';
const own = (errorCode: string | number, message = 'words') => JSON.stringify({ error_code: errorCode, message });
const FULL =
  'There were already 9 jobs created in past 60 seconds, exceeding rate limit: 9 job creations per 60 seconds.';

it.each<[status: number, body: string, first: Ruling, afterAnother: Ruling]>([
  [429, '', 'throttled', 'throttled'],
  [429, HTML, 'throttled', 'throttled'],
  [400, own('INVALID_STATE', FULL), 'throttled', 'throttled'],
  [400, own('RESOURCE_EXHAUSTED'), 'throttled', 'throttled'],
  [400, own('COULD_NOT_ACQUIRE_LOCK'), 'again', 'again'],
  [409, own('ABORTED'), 'again', 'again'],
  [409, own('RESOURCE_CONFLICT'), 'again', 'again'],
  [409, own('A_NEW_WORD'), 'again', 'again'],
  [400, own('ABORTED'), 'again', 'again'],
  [400, own('TEMPORARILY_UNAVAILABLE'), 'again', 'again'],
  [400, own('INTERNAL_ERROR'), 'again', 'again'],
  [500, own('INVALID_PARAMETER_VALUE'), 'again', 'again'],
  [501, '', 'again', 'again'],
  [503, HTML, 'again', 'again'],
  [408, '', 'again', 'again'],
  [302, '', 'again', 'again'],
  [404, HTML, 'again', 'again'],
  [404, '{"message":"no such route"}', 'again', 'again'],
  [400, 'INVALID_PARAMETER_VALUE: in plain text', 'again', 'again'],
  [403, HTML, 'again', 'again'],
  [400, '', 'again', 'again'],
  [403, own(403, 'Invalid access token.'), 'refused', 'again'],
  [401, own('UNAUTHENTICATED'), 'refused', 'again'],
  [403, own('PERMISSION_DENIED'), 'refused', 'again'],
  [400, own('INVALID_PARAMETER_VALUE'), 'refused', 'confirm'],
  [400, own('INVALID_PARAMETER_VALUE', `quoting ${FULL}`), 'refused', 'confirm'],
  [400, own('INVALID_PARAMETER_VALUE', 'RPC token bucket limit has been exceeded'), 'refused', 'confirm'],
  [400, own('INVALID_PARAMETER_VALUE', 'Unexpected error'), 'refused', 'confirm'],
  [400, own('MALFORMED_REQUEST'), 'refused', 'confirm'],
  [404, own('RESOURCE_DOES_NOT_EXIST'), 'refused', 'confirm'],
  [400, own('QUOTA_EXCEEDED'), 'refused', 'again'],
  [400, own('A_NEW_WORD'), 'refused', 'again'],
])('takes %i %s for %s, and after another request for %s', (status, text, first, afterAnother) => {
  for (const operation of ['runs/submit', 'run-now', 'runs/repair']) {
    const error = errorOfResponse(operation, { status, text, header: () => undefined }, { nowMs: 0, secret: '' });

    expect([rulingOn(error, false), rulingOn(error, true)]).toEqual([first, afterAnother]);
  }
});

it('stands in the operations page as in the code', () => {
  const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
  const cells = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));

  for (const { response, first, afterAnother } of VERDICTS)
    expect(cells).toContainEqual(['', response, first, afterAnother, '']);
});
