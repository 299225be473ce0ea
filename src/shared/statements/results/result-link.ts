import type { BlockBlobClient } from '@azure/storage-blob';
import { storageCall } from '../../storage/storage.ts';

const LINK_MS = 60 * 60_000;
/** Clocks differ. */
const START_EARLY_MS = 5 * 60_000;

/** A link to a file of a result. */
export interface ResultLink {
  url: string;
  expiresAtMs: number;
}

/**
 * A link to read one blob for an hour, without credentials: signed with the account's key where the gateway has it,
 * else with a key that the account gives to the gateway's identity.
 * @throws {StorageUnavailableError}
 */
export async function resultLink(blob: BlockBlobClient, nowMs: number): Promise<ResultLink> {
  const sdk = await import('@azure/storage-blob');
  const expiresAtMs = nowMs + LINK_MS;
  const options = {
    permissions: sdk.BlobSASPermissions.parse('r'),
    // The local storage emulator has no other than plain HTTP.
    protocol: blob.url.startsWith('https:') ? sdk.SASProtocol.Https : sdk.SASProtocol.HttpsAndHttp,
    startsOn: new Date(nowMs - START_EARLY_MS),
    expiresOn: new Date(expiresAtMs),
  };
  if (blob.credential instanceof sdk.StorageSharedKeyCredential) {
    return { url: await blob.generateSasUrl(options), expiresAtMs };
  }
  const service = new sdk.BlobServiceClient(new URL('/', blob.url).href, blob.credential);
  const key = await storageCall(() => service.getUserDelegationKey(options.startsOn, options.expiresOn));
  return { url: await blob.generateUserDelegationSasUrl(options, key), expiresAtMs };
}
