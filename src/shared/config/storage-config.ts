import type { SettingName } from './env.ts';
import type { SecretReference, SettingReader } from './setting-reader.ts';
import { parseServiceUrl } from './service-url.ts';

/** The storage account that the Functions host uses, and so the app. */
export type StorageConfig =
  | { type: 'connection-string'; connectionString: SecretReference }
  /** With the app's identity; `clientId` names a user-assigned one. */
  | { type: 'identity'; blobServiceUri: string; queueServiceUri: string; tableServiceUri: string; clientId?: string };

/**
 * Reads `AzureWebJobsStorage`, or the settings of an identity-based connection.
 * @see {@link https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity}
 */
export function readStorage(reader: SettingReader): StorageConfig {
  const connectionString = reader.text('AzureWebJobsStorage');
  if (connectionString !== undefined) {
    if (sendsInTheClear(connectionString)) {
      reader.report('AzureWebJobsStorage', 'must use https: plain http is accepted for loopback hosts only.');
    }
    return { type: 'connection-string', connectionString: { source: 'environment', name: 'AzureWebJobsStorage' } };
  }
  const accountName = reader.text('AzureWebJobsStorage__accountName');
  const clientId = reader.text('AzureWebJobsStorage__clientId');
  const uriOf = (name: SettingName, service: string) => {
    const url = reader.url(name);
    if (url !== undefined) return url.href.replace(/\/$/, '');
    if (accountName !== undefined) return `https://${accountName}.${service}.core.windows.net`;
    if (reader.text(name) === undefined) {
      reader.report(name, 'is missing: without AzureWebJobsStorage or AzureWebJobsStorage__accountName it is needed.');
    }
    return '';
  };
  return {
    type: 'identity',
    blobServiceUri: uriOf('AzureWebJobsStorage__blobServiceUri', 'blob'),
    queueServiceUri: uriOf('AzureWebJobsStorage__queueServiceUri', 'queue'),
    tableServiceUri: uriOf('AzureWebJobsStorage__tableServiceUri', 'table'),
    ...(clientId === undefined ? {} : { clientId }),
  };
}

function sendsInTheClear(connectionString: string): boolean {
  const parts = connectionString.split(';').map((part) => part.trim());
  const has = (pattern: RegExp) => parts.some((part) => pattern.test(part));
  const endpoints = parts
    .filter((part) => /^\w+Endpoint=http:/i.test(part))
    .map((part) => part.slice(part.indexOf('=') + 1));
  if (endpoints.some((endpoint) => typeof parseServiceUrl(endpoint) === 'string')) return true;
  return has(/^DefaultEndpointsProtocol=http$/i) && !has(/^\w+Endpoint=/i);
}
