import { randomBytes } from 'node:crypto';
import types from '@databricks/sql/thrift/TCLIService_types.js';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import { invalidHandleStatus } from './thrift-results.ts';

/** A handle's identifier for a UUID, with a secret that is new each time. */
export function handleIdentifier(uuid: string): T.THandleIdentifier {
  return new types.THandleIdentifier({ guid: Buffer.from(uuid.replaceAll('-', ''), 'hex'), secret: randomBytes(16) });
}

/** A handle's id; the driver sends it back as a string of bytes. */
export function guidText({ guid }: T.THandleIdentifier): string {
  const hex = (typeof guid === 'string' ? Buffer.from(guid, 'latin1') : guid).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The status of a call that names a session that is not open. */
export function invalidSession({ sessionId }: T.TSessionHandle): T.TStatus {
  return invalidHandleStatus(`Invalid SessionHandle: SessionHandle [${guidText(sessionId)}]`);
}

/** The status of a call that names an operation that is not open. */
export function invalidOperation({ operationId }: T.TOperationHandle): T.TStatus {
  return invalidHandleStatus(
    `Invalid OperationHandle: OperationHandle [opType=EXECUTE_STATEMENT, getHandleIdentifier()=${guidText(operationId)}]`,
  );
}
