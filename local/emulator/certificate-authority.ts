import 'reflect-metadata';
import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate as ParsedCertificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
/** Apple's and the browsers' limit for a server certificate. */
const LEAF_DAYS = 397;
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';

/** A key and its certificate, as PEM. */
export interface KeyPair {
  /** PEM, PKCS #8 */
  key: string;
  /** PEM */
  cert: string;
}

/** Issues certificates that the stack's clients trust. */
export interface CertificateAuthority {
  /** The authority's certificate, for `NODE_EXTRA_CA_CERTS`. */
  caFile: string;
  /** A server certificate for these names and addresses. */
  issue(hostnames: string[]): Promise<KeyPair>;
}

/** Opens the certificate authority kept in `dir`, or makes one there if there is none or it is about to expire. */
export async function openCertificateAuthority(dir: string): Promise<CertificateAuthority> {
  await mkdir(dir, { recursive: true });
  const caFile = join(dir, 'ca.pem');
  const keyFile = join(dir, 'ca-key.pem');
  let authority = await readAuthority(caFile, keyFile);
  if (authority === undefined) {
    authority = await makeAuthority();
    await replaceFile(keyFile, authority.key);
    // A bundle of authorities is made with `cat`.
    await replaceFile(caFile, `${authority.cert.trimEnd()}\n`);
  }
  const issuer = new ParsedCertificate(authority.cert);
  const signingKey = await importPrivateKey(authority.key);

  return {
    caFile,
    async issue(hostnames) {
      const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const certificate = await X509CertificateGenerator.create({
        subject: `CN=${hostnames[0] ?? 'localhost'}`,
        issuer: issuer.subjectName,
        ...validity(LEAF_DAYS),
        signingAlgorithm: ALGORITHM,
        publicKey: keys.publicKey,
        signingKey,
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          new ExtendedKeyUsageExtension([SERVER_AUTHENTICATION]),
          await SubjectKeyIdentifierExtension.create(keys.publicKey),
          await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
          new SubjectAlternativeNameExtension(
            hostnames.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
          ),
        ],
      });
      return { key: await exportPrivateKey(keys.privateKey), cert: certificate.toString('pem') };
    },
  };
}

async function makeAuthority(): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // A name of its own: a client that trusts several authorities looks a certificate's issuer up by name.
    name: `CN=Local certificate authority ${randomBytes(8).toString('hex')}`,
    ...validity(AUTHORITY_DAYS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { key: await exportPrivateKey(keys.privateKey), cert: certificate.toString('pem') };
}

async function readAuthority(caFile: string, keyFile: string): Promise<KeyPair | undefined> {
  try {
    const cert = await readFile(caFile, 'utf8');
    const key = await readFile(keyFile, 'utf8');
    const certificate = new X509Certificate(cert);
    const outlivesItsLeaves = Date.parse(certificate.validTo) > Date.now() + LEAF_DAYS * DAY_MS;
    return outlivesItsLeaves && certificate.checkPrivateKey(createPrivateKey(key)) ? { key, cert } : undefined;
  } catch {
    return undefined; // Missing or unreadable: a new authority takes its place.
  }
}

function validity(days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + days * DAY_MS) };
}

async function exportPrivateKey(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

function importPrivateKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign']);
}

/** Readers see the old file or the new one, never a part. */
async function replaceFile(file: string, text: string): Promise<void> {
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, text, { mode: 0o600 });
  await rename(fresh, file);
}
