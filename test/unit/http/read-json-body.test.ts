import { HttpRequest } from '@azure/functions';
import { expect, it } from 'vitest';
import { readJsonBody, readOptionalJsonBody } from '../../../src/shared/http/read-json-body.ts';

function request(contentType: string | undefined, body = '{"a":1}'): HttpRequest {
  return new HttpRequest({
    method: 'POST',
    url: 'http://127.0.0.1/api/runs',
    headers: contentType === undefined ? {} : { 'content-type': contentType },
    body: { bytes: Buffer.from(body) },
  });
}

it.each([
  'application/json',
  'Application/JSON; charset=utf-8',
  'application/json;charset="utf-8"',
  'application/merge-patch+json',
  'application/vnd.api+json; version=1',
])('takes a body of type %s', async (contentType) => {
  expect(await readJsonBody(request(contentType))).toEqual({ a: 1 });
});

it.each([
  undefined,
  'text/plain',
  'text/plain; application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=application/json',
  'text/json',
  'application/jsonp',
  'application/json-seq',
  'application/json, text/plain',
  'x-application/json',
])('refuses a body of type %s, which a page of another site could have sent', async (contentType) => {
  for (const read of [readJsonBody, readOptionalJsonBody])
    await expect(read(request(contentType))).rejects.toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
});

it('needs no type for no body, where none is needed', async () => {
  expect(await readOptionalJsonBody(request(undefined, ''))).toEqual({});
  await expect(readJsonBody(request(undefined, ''))).rejects.toMatchObject({ status: 400 });
});
