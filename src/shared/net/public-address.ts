import { BlockList, isIPv6 } from 'node:net';

/**
 * Addresses that no request to a host of a caller's choice may reach: this machine, private networks, link-local ones
 * with the metadata service, Azure's own platform address, shared (carrier-grade) and reserved space, multicast.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
 */
const SPECIAL_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** @see https://www.iana.org/assignments/iana-ipv6-special-registry */
const SPECIAL_IPV6: readonly (readonly [string, number])[] = [
  // Protocol assignments, Teredo (RFC 4380) among them, which hides an IPv4 address.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
];

/** Where metadata and the platform's own services are: never for anybody else's requests, whatever is configured. */
const PLATFORM_IPV4: readonly (readonly [string, number])[] = [
  ['169.254.0.0', 16],
  ['168.63.129.16', 32],
];

const PLATFORM_IPV6: readonly (readonly [string, number])[] = [
  // Link-local (RFC 4291), and the metadata address that some platforms give in unique local space.
  ['fe80::', 10],
  ['fd00:ec2::', 32],
  // NAT64 for local use (RFC 8215): where in it an IPv4 address stands, only its network knows.
  ['64:ff9b:1::', 48],
];

/** Prefixes that carry an IPv4 address, and at which 16-bit group it begins. */
const EMBEDDING: readonly { network: string; prefix: number; group: number }[] = [
  // IPv4-mapped (RFC 4291) and IPv4-compatible (deprecated there).
  { network: '::ffff:0:0', prefix: 96, group: 6 },
  { network: '::', prefix: 96, group: 6 },
  // IPv4-translated (RFC 2765).
  { network: '::ffff:0:0:0', prefix: 96, group: 6 },
  // NAT64 (RFC 6052), which networks without IPv4 use for every IPv4 host.
  { network: '64:ff9b::', prefix: 96, group: 6 },
  // 6to4 (RFC 3056).
  { network: '2002::', prefix: 16, group: 1 },
];

const specialIpv4 = listOf(SPECIAL_IPV4, 'ipv4');
const specialIpv6 = listOf(SPECIAL_IPV6, 'ipv6');
const globalIpv6 = listOf([['2000::', 3]], 'ipv6');
const platformIpv4 = listOf(PLATFORM_IPV4, 'ipv4');
const platformIpv6 = listOf(PLATFORM_IPV6, 'ipv6');
const embedding = EMBEDDING.map(({ network, prefix, group }) => ({
  list: listOf([[network, prefix]], 'ipv6'),
  group,
}));

/**
 * Whether an IP address is one of the public internet. IPv6 addresses that carry an IPv4 address are judged by that;
 * what is no address, or of a range that is not assigned, is not public.
 */
export function isPublicAddress(address: string): boolean {
  const ipv4 = ipv4Of(address);
  if (ipv4 !== undefined) return !specialIpv4.check(ipv4, 'ipv4');
  return isIPv6(address) && globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
}

/** Whether an address is the metadata service's or another of the platform's own, in whatever form. */
export function isPlatformAddress(address: string): boolean {
  const ipv4 = ipv4Of(address);
  if (ipv4 !== undefined) return platformIpv4.check(ipv4, 'ipv4');
  return isIPv6(address) && platformIpv6.check(withoutZone(address), 'ipv6');
}

/** The IPv4 address that an address is or carries. */
function ipv4Of(address: string): string | undefined {
  if (!isIPv6(address)) return /^\d+\.\d+\.\d+\.\d+$/.test(address) ? address : undefined;
  const carrier = embedding.find(({ list }) => list.check(address, 'ipv6'));
  if (carrier === undefined) return undefined;
  const groups = groupsOf(address);
  const bytes = [groups[carrier.group] ?? 0, groups[carrier.group + 1] ?? 0].flatMap((group) => [
    group >> 8,
    group & 0xff,
  ]);
  return bytes.join('.');
}

/** The eight 16-bit groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  // The URL parser writes IPv6 in one form (RFC 5952), an embedded IPv4 as two groups.
  const canonical = new URL(`http://[${withoutZone(address)}]`).hostname.slice(1, -1);
  const [before = '', after] = canonical.split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
}

/** A link-local address may say by which interface. */
function withoutZone(address: string): string {
  return address.split('%', 1)[0] ?? '';
}

function listOf(networks: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, family);
  return list;
}
