import { expect, it } from 'vitest';
import { isPlatformAddress, isPublicAddress } from '../../../src/shared/net/public-address.ts';

it.each([
  '8.8.8.8',
  '20.42.65.92',
  '168.63.129.15',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700:4700::1111',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
  '2002:808:808::1',
])('takes %s for an address of the public internet', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

it.each([
  ['this host', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['a private network', '10.1.2.3'],
  ['shared space', '100.64.0.1'],
  ['the end of shared space', '100.127.255.255'],
  ['loopback', '127.0.0.1'],
  ['all of loopback', '127.255.255.254'],
  ["Azure's platform address", '168.63.129.16'],
  ['the metadata service', '169.254.169.254'],
  ['the end of a private network', '172.31.255.255'],
  ['protocol assignments', '192.0.0.170'],
  ['documentation', '203.0.113.7'],
  ['benchmarks', '198.19.0.1'],
  ['multicast', '224.0.0.1'],
  ['reserved space', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['unspecified IPv6', '::'],
  ['IPv6 loopback', '::1'],
  ['IPv6 loopback written out', '0:0:0:0:0:0:0:1'],
  ['unique local', 'fd12:3456::1'],
  ['link-local', 'fe80::1'],
  ['link-local with a zone', 'fe80::1%eth0'],
  ['site-local', 'fec0::1'],
  ['IPv6 multicast', 'ff02::1'],
  ['mapped loopback', '::ffff:127.0.0.1'],
  ['mapped loopback in hexadecimal', '::ffff:7f00:1'],
  ['compatible loopback', '::127.0.0.1'],
  ['NAT64 of the metadata service', '64:ff9b::a9fe:a9fe'],
  ['local-use NAT64', '64:ff9b:1::a00:1'],
  ['6to4 of a private network', '2002:a00:1::'],
  ['Teredo', '2001:0:a00:1::'],
  ['IPv6 documentation', '2001:db8::1'],
  ['space nobody has assigned', '4000::1'],
  ['a name', 'localhost'],
  ['nothing', ''],
  ['a number', '2130706433'],
])('takes %s (%s) for none', (_what, address) => {
  expect(isPublicAddress(address)).toBe(false);
});

it.each([
  '169.254.169.254',
  '168.63.129.16',
  '::ffff:169.254.169.254',
  '64:ff9b::a83f:8110',
  'fe80::1',
  'fd00:ec2::254',
])('knows %s as an address of the platform', (address) => {
  expect(isPlatformAddress(address)).toBe(true);
});

it.each(['10.0.0.4', '127.0.0.1', '::1', 'fd12::1'])('does not take %s for an address of the platform', (address) => {
  expect(isPlatformAddress(address)).toBe(false);
});
