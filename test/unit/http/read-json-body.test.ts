import { HttpRequest } from '@azure/functions';
import { expect, it } from 'vitest';
import { readJsonBody, readOptionalJsonBody } from '../../../src/shared/http/read-json-body.ts';

function request(contentType: string | undefined, body = '{"a":1}', contentEncoding?: string): HttpRequest {
  return new HttpRequest({
    method: 'POST',
    url: 'http://127.0.0.1/api/runs',
    headers: {
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
      ...(contentEncoding === undefined ? {} : { 'content-encoding': contentEncoding }),
    },
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

it.each(['gzip', 'br', 'deflate, identity', 'x'])(
  'refuses a body in the content coding %s by its name',
  async (coding) => {
    for (const read of [readJsonBody, readOptionalJsonBody])
      await expect(read(request('application/json', '{"a":1}', coding))).rejects.toMatchObject({
        status: 415,
        message: expect.stringContaining('Content-Encoding') as string,
      });
    expect(await readJsonBody(request('application/json', '{"a":1}', 'Identity'))).toEqual({ a: 1 });
  },
);

it('needs no type for no body, where none is needed', async () => {
  expect(await readOptionalJsonBody(request(undefined, ''))).toEqual({});
  await expect(readJsonBody(request(undefined, ''))).rejects.toMatchObject({ status: 400 });
});

it('does not take a client that leaves before its body is whole for a failure of its own', async () => {
  const body = new ReadableStream({
    pull: (controller) => controller.error(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })),
  });
  const cutOff = { headers: new Headers({ 'content-type': 'application/json' }), body } as unknown as HttpRequest;

  await expect(readJsonBody(cutOff)).rejects.toMatchObject({ status: 499, code: 'CLIENT_GONE' });
});
