import { HttpRequest } from '@azure/functions';
import { expect, it } from 'vitest';
import { callerOf } from '../../../src/shared/http/caller.ts';

function request(headers: Record<string, string>, query: Record<string, string> = {}): HttpRequest {
  return new HttpRequest({ method: 'GET', url: 'https://gateway.example/api/runs', headers, query });
}

function principal(claims: Record<string, string>): Record<string, string> {
  const list = Object.entries(claims).map(([typ, val]) => ({ typ, val }));
  return { 'x-ms-client-principal': Buffer.from(JSON.stringify({ claims: list })).toString('base64') };
}

it('tells callers with different keys apart without keeping a key', () => {
  const first = callerOf(request({ 'x-functions-key': 'planted-secret-1' }), 'keys');
  const second = callerOf(request({}, { code: 'planted-secret-2' }), 'keys');

  expect(first.kind).toBe('key');
  expect(first.id).not.toBe(second.id);
  expect(JSON.stringify([first, second])).not.toContain('planted');
});

it('knows a user by object id and name, and an application by its token', () => {
  const user = callerOf(
    request(principal({ oid: 'u-1', preferred_username: 'ada@example.com', scp: 'runs' })),
    'easy-auth',
  );
  const app = callerOf(request(principal({ oid: 'a-1', appid: 'client-1' })), 'easy-auth');

  expect(user).toEqual({ kind: 'user', id: 'u-1', name: 'ada@example.com' });
  expect(app).toMatchObject({ kind: 'app', id: 'a-1' });
});

it('does not believe a principal header where no platform sets it', () => {
  expect(callerOf(request(principal({ oid: 'u-1' })), 'keys').kind).toBe('anonymous');
});

it.each([[{}], [{ 'x-ms-client-principal': 'bm90IGpzb24=' }], [principal({ name: 'nobody' })]])(
  'refuses a request whose principal is missing or cannot be read: %j',
  (headers) => {
    expect(() => callerOf(request(headers), 'easy-auth')).toThrow(/credentials|principal/);
  },
);
