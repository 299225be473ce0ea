import types from '@databricks/sql/thrift/TCLIService_types.js';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import { invalidSession } from '../handles.ts';
import { sessionOf, type ThriftCall } from '../thrift-call.ts';
import { successStatus } from '../thrift-results.ts';

/** Every other kind of information is empty. */
const INFO_TEXTS: Partial<Record<T.TGetInfoType, string>> = {
  [types.TGetInfoType.CLI_SERVER_NAME]: 'Spark SQL',
  [types.TGetInfoType.CLI_DBMS_NAME]: 'Spark SQL',
  [types.TGetInfoType.CLI_DBMS_VER]: '3.5.0',
};

/** What the server is called. */
export const getInfo: ThriftCall<T.TGetInfoReq> = async ({ sessionHandle, infoType }, services) => {
  const infoValue = new types.TGetInfoValue({ stringValue: INFO_TEXTS[infoType] ?? '' });
  const isOpen = sessionOf(services, sessionHandle) !== undefined;
  return new types.TGetInfoResp({ status: isOpen ? successStatus() : invalidSession(sessionHandle), infoValue });
};
