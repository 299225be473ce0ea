import type { z } from 'zod';
import type { ConfigError } from './config/config-error.ts';
import type { DocumentLocation } from './config/document-location.ts';
import { fileReader } from './config/document-reader.ts';
import { createDocumentSource, type DocumentSource } from './config/document-source.ts';
import type { SettingName } from './config/env.ts';
import { blobReader } from './ledger/blob-document.ts';
import type { StorageLocation } from './storage/storage.ts';
import type { CredentialSource } from './secrets/azure-credential.ts';
import type { Log } from './telemetry/log.ts';

/** The operator's documents that the app works by. Triggers refresh them before they decide anything by them. */
export interface Documents {
  open<Document>(
    setting: SettingName,
    location: DocumentLocation,
    schema: () => Promise<z.ZodType<Document>>,
  ): DocumentSource<Document>;
  /**
   * Reads what was last read more than a minute ago (see `DocumentSource.refresh`).
   * @throws {ConfigError} while one of the documents has never been usable since the start
   */
  refresh(): Promise<void>;
  /** By setting: whether the last reading of each document could be used, and why not. */
  states(): { setting: SettingName; failure: ConfigError | undefined }[];
}

/** Opens no document yet, and connects to nothing. */
export function createDocuments(options: {
  storage: StorageLocation;
  credential: CredentialSource;
  log: Log;
  now: () => number;
}): Documents {
  const { storage, credential, log, now } = options;
  const opened: { setting: SettingName; source: DocumentSource<unknown> }[] = [];
  return {
    open(setting, location, schema) {
      const read = location.kind === 'file' ? fileReader(location.path) : blobReader(location.url, storage, credential);
      const source = createDocumentSource({ setting, read, schema, log, now });
      opened.push({ setting, source });
      return source;
    },
    async refresh() {
      await Promise.all(opened.map(({ source }) => source.refresh()));
    },
    states: () => opened.map(({ setting, source }) => ({ setting, failure: source.failure() })),
  };
}
