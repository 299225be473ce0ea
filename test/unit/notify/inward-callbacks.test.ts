import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isLoopback } from '../../../src/shared/config/service-url.ts';
import type { NotificationDocument } from '../../../src/shared/domain/run-document.ts';
import type { Resolve } from '../../../src/shared/net/guarded-connector.ts';
import { callbackDispatcher, openCallbacks } from '../../../src/shared/notify/callback-channel.ts';
import type { CallbackHosts } from '../../../src/shared/notify/callback-hosts.ts';

/** This machine, as whoever turns a callback inward hopes to reach it. */
let connections = 0;
const inside = createServer((_request, response) => response.end());
inside.on('connection', () => connections++);
let port: number;

beforeAll(async () => {
  inside.listen(0);
  await once(inside, 'listening');
  ({ port } = inside.address() as AddressInfo);
});

afterAll(() => {
  inside.closeAllConnections();
  inside.close();
});

beforeEach(() => {
  connections = 0;
});

/** Gives one list of addresses after the other, the last for ever. */
function resolving(responses: readonly (readonly string[])[]): Resolve {
  let asked = 0;
  return (_hostname, callback) => {
    const addresses = responses[Math.min(asked++, responses.length - 1)] ?? [];
    callback(
      null,
      addresses.map((address): LookupAddress => ({ address, family: isIPv6(address) ? 6 : 4 })),
    );
  };
}

/** Why a callback is not made, in the words of the code; `reached` where it is. */
async function call(url: string, hosts: CallbackHosts, responses: readonly (readonly string[])[] = []) {
  const dispatcher = callbackDispatcher(hosts, resolving(responses));
  const callbacks = openCallbacks({ dispatcher, hosts, signingKeys: async () => [], now: Date.now });
  try {
    await callbacks.send({ id: 'run', attempt: 1 } as NotificationDocument, url, 2_000);
    return 'reached';
  } catch (error) {
    const { code, cause } = error as { code: string; cause?: { code?: string } };
    return code === 'CALLBACK_REFUSED' ? cause?.code : code;
  } finally {
    await (await dispatcher()).destroy();
  }
}

/** The most careless operator: every host stands in the list, but for the names of this machine. */
function carelessly(url: string): CallbackHosts {
  const parsed = URL.parse(url);
  const own = parsed === null || isLoopback(parsed.hostname) ? [] : [parsed.host];
  return { allowed: ['*.example.com', 'example.com', `example.com:${port}`, ...own], allowedPrivate: [] };
}

/** No connection was tried: it is refused by its text, or by the addresses that it has. */
const REFUSED = /^(CALLBACK_NOT_ALLOWED|ADDRESS_REFUSED)$/;

const withPort = (url: string) => url.replace('PORT', String(port));

describe('an address that is written', () => {
  it.each([
    // Loopback in every form that a URL may have it.
    'http://127.0.0.1:PORT/',
    'https://127.0.0.1:PORT/',
    'http://127.0.0.2:PORT/',
    'http://127.255.255.254:PORT/',
    'http://127.1:PORT/',
    'http://127.0.1:PORT/',
    'http://2130706433:PORT/',
    'http://017700000001:PORT/',
    'http://0x7f000001:PORT/',
    'http://0x7f.1:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://0x7f.0x0.0x0.0x1:PORT/',
    'http://127.0.0.1.:PORT/',
    'http://１２７.０.０.１:PORT/',
    'http://①②⑦.⓪.⓪.①:PORT/',
    'http://127。0。0。1:PORT/',
    'http://127%2e0%2e0%2e1:PORT/',
    'http://0:PORT/',
    'http://0.0.0.0:PORT/',
    'http://localhost:PORT/',
    'http://LOCALHOST:PORT/',
    'http://localhost.:PORT/',
    'http://ｌocalhost:PORT/',
    'https://[::1]:PORT/',
    'https://[0:0:0:0:0:0:0:1]:PORT/',
    'https://[::]:PORT/',
    'https://[::ffff:127.0.0.1]:PORT/',
    'https://[::ffff:7f00:1]:PORT/',
    'https://[::127.0.0.1]:PORT/',
    'https://[::ffff:0:127.0.0.1]:PORT/',
    'https://[64:ff9b::127.0.0.1]:PORT/',
    'https://[64:ff9b:1::7f00:1]:PORT/',
    'https://[2002:7f00:1::]:PORT/',
    'https://[2001:0:7f00:1::]:PORT/',
    // Private networks, and what else nobody outside has.
    'https://10.0.0.1/',
    'https://167772161/',
    'https://0xa000001/',
    'https://012.0.0.1/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://192.168.257/',
    'https://100.64.0.1/',
    'https://192.0.0.192/',
    'https://198.18.0.1/',
    'https://203.0.113.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[fc00::1]/',
    'https://[fd12:3456:789a::1]/',
    'https://[fe80::1]/',
    'https://[fec0::1]/',
    'https://[ff02::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[::10.0.0.1]/',
    'https://[64:ff9b::a00:1]/',
    'https://[2002:a00:1::]/',
    'https://[2001:db8::1]/',
    'https://[3fff::1]/',
    'https://[4000::1]/',
    // The metadata service and Azure's own address.
    'http://169.254.169.254/metadata/identity/oauth2/token',
    'https://169.254.169.254/',
    'https://2852039166/',
    'https://0xa9fea9fe/',
    'https://0251.0376.0251.0376/',
    'https://[::ffff:169.254.169.254]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://[2002:a9fe:a9fe::]/',
    'https://[fd00:ec2::254]/',
    'https://168.63.129.16/',
    'https://2822734096/',
    'https://[::ffff:168.63.129.16]/',
  ])('is refused as %s', async (url) => {
    const target = withPort(url);

    expect(await call(target, carelessly(target))).toMatch(REFUSED);
    expect(connections).toBe(0);
  });
});

describe('a name that is allowed', () => {
  it.each<[what: string, ...responses: string[][]]>([
    ['this machine', ['127.0.0.1']],
    ['this machine by IPv6', ['::1']],
    ['this machine, mapped', ['::ffff:127.0.0.1']],
    ['any address of this machine', ['0.0.0.0']],
    ['a private network', ['10.1.2.3']],
    ['a private network by IPv6', ['fd00::1']],
    ['the metadata service', ['169.254.169.254']],
    ['the metadata service by NAT64', ['64:ff9b::a9fe:a9fe']],
    ["Azure's own address", ['168.63.129.16']],
    ['the outside and the inside at once', ['93.184.215.14', '127.0.0.1']],
    ['the outside by IPv4 and the inside by IPv6', ['93.184.215.14', '::1']],
    ['nothing', []],
  ])('is refused where it resolves to %s', async (_what, ...responses) => {
    for (const url of ['https://hooks.example.com/', `https://example.com:${port}/`]) {
      const result = await call(url, carelessly(url), responses);
      expect(result === undefined || REFUSED.test(result)).toBe(true);
    }
    expect(connections).toBe(0);
  });

  it('cannot turn inward after it was looked at: it is resolved once, and what was looked at is connected to', async () => {
    const hosts = { allowed: [], allowedPrivate: [`hooks.example.com:${port}`] };
    // Port and address are this machine's: whoever resolves again would be sent to the metadata service.
    const url = `https://hooks.example.com:${port}/`;

    const result = await call(url, hosts, [['127.0.0.1'], ['169.254.169.254']]);

    expect(connections).toBe(1);
    expect(result).not.toMatch(REFUSED);
    expect(await call(url, hosts, [['169.254.169.254'], ['127.0.0.1']])).toBe('ADDRESS_REFUSED');
    expect(connections).toBe(1);
  });
});

describe('a URL', () => {
  it.each([
    'https://user@hooks.example.com/',
    'https://user:pass@hooks.example.com/',
    'https://hooks.example.com@127.0.0.1:PORT/',
    'https://hooks.example.com%40127.0.0.1:PORT/',
    'https://hooks.example.com:443@127.0.0.1:PORT/',
    'http://127.0.0.1:PORT#@hooks.example.com/',
    'http://127.0.0.1:PORT?@hooks.example.com/',
    'http://127.0.0.1:PORT\\@hooks.example.com/',
    'https://hooks.example.com:22/',
    'https://hooks.example.com:8443/',
    'https://hooks.example.com:PORT/',
    'http://hooks.example.com/',
    'ftp://hooks.example.com/',
    'file:///etc/passwd',
    'gopher://hooks.example.com/',
    'data:text/plain,x',
    'javascript:alert(1)',
    'https://hooks.example.com./',
    'https://example.com../',
    'https://hooks.example.com.evil.org/',
    'https://hooksexample.com/',
    'https://evilexample.com/',
    'https://hooks.exаmple.com/',
    'https://hooks.example.соm/',
    'https://hooks.example.com%00.evil.org/',
    'https://hooks.example.com%2f.evil.org/',
    'https://hooks_example.com/',
    'https:///hooks.example.org/',
    '//hooks.example.com/',
    'https://[::1%25lo]:PORT/',
    'https://127.0.0.1.nip.io:PORT/',
    'https://localtest.me:PORT/',
  ])('is refused as %s', async (url) => {
    const hosts = { allowed: ['*.example.com', 'example.com'], allowedPrivate: [] };

    expect(await call(withPort(url), hosts, [['127.0.0.1']])).toBe('CALLBACK_NOT_ALLOWED');
    expect(connections).toBe(0);
  });
});

describe('the platform', () => {
  it.each([
    'https://169.254.169.254/',
    'https://169.254.0.1/',
    'https://168.63.129.16/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://[FD00:0EC2:0::0254]/',
    'https://[::ffff:169.254.169.254]/',
    'https://[::ffff:0:169.254.169.254]/',
    'https://[::169.254.169.254]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://[64:ff9b:1::a9fe:a9fe]/',
    'https://[2002:a9fe:a9fe::]/',
    'https://[2002:a83f:8110::]/',
  ])('is never called as %s, even where it is named among the private hosts', async (url) => {
    const { host } = new URL(url);

    expect(await call(url, { allowed: [host], allowedPrivate: [host] })).toBe('ADDRESS_REFUSED');
  });
});

it('calls this machine where it is named, in whatever form, and a private host that is named so', async () => {
  const named = { allowed: [`127.0.0.1:${port}`, `[::1]:${port}`, `localhost:${port}`], allowedPrivate: [] };
  for (const url of ['http://127.0.0.1:PORT/', 'http://2130706433:PORT/', 'http://0x7f.1:PORT/', 'http://[::1]:PORT/'])
    expect(await call(withPort(url), named)).toBe('reached');
  expect(await call(withPort('http://localhost:PORT/'), named, [['127.0.0.1']])).toBe('reached');
  expect(await call(withPort('http://127.0.0.1:PORT/'), { allowed: ['127.0.0.1'], allowedPrivate: [] })).toMatch(
    REFUSED,
  );
});
