import { randomUUID } from 'node:crypto';
import type { FaultResponse } from '../emulator/fault-response.ts';
import type { Fault } from '../emulator/faults.ts';
import type { StorageService } from './storage.ts';

/** The response of a fault, in the words of the service. */
export function storageError(service: StorageService, fault: Fault): FaultResponse {
  const code = String(fault.error_code ?? (fault.status === 503 ? 'ServerBusy' : 'InternalError'));
  const message = fault.message ?? 'A fault was set for this response.';
  const ofStorage = { 'x-ms-request-id': randomUUID(), 'x-ms-error-code': code };
  // Tables speak JSON, the others XML.
  if (service === 'table') {
    return {
      body: { 'odata.error': { code, message: { lang: 'en-US', value: message } } },
      headers: { ...ofStorage, 'content-type': 'application/json;odata=minimalmetadata' },
    };
  }
  return {
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    headers: { ...ofStorage, 'content-type': 'application/xml' },
  };
}
