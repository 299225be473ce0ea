import type { DBSQLClient } from '@databricks/sql';

type Receive = (data: Buffer) => void;

interface Transport {
  new (...parameters: unknown[]): object;
  receiver(this: void, callback: (reader: unknown, seqId: number) => void, seqId: number): Receive;
}

interface ThriftConnection {
  transport: Transport;
  client?: { _reqs: Record<number, ((error: Error) => void) | undefined> };
}

/** The warehouse's response is not a Thrift message. */
export class UnreadableResponseError extends Error {
  override readonly name = 'UnreadableResponseError';
  constructor() {
    super('The warehouse responded with something that is not a Thrift message.');
  }
}

/**
 * Makes a call fail whose response cannot be read. The driver takes a body that ends too early for the first part of
 * a longer one and waits for ever, although HTTP has already delivered all of it. Where the driver's inside has
 * another shape than expected, nothing is changed and the statement's deadline is what ends such a call.
 */
export async function checkResponses(client: DBSQLClient): Promise<void> {
  const { getConnectionProvider } = client as unknown as {
    getConnectionProvider?: () => Promise<{ getThriftConnection?: () => Promise<ThriftConnection> }>;
  };
  const provider = await getConnectionProvider?.call(client);
  const connection = await provider?.getThriftConnection?.();
  const Buffered = connection?.transport;
  if (connection === undefined || typeof Buffered?.receiver !== 'function') return;
  const { receiver } = Buffered;
  connection.transport = class extends Buffered {
    static override receiver(callback: (reader: unknown, seqId: number) => void, seqId: number): Receive {
      const receive = receiver(callback, seqId);
      return (data) => {
        receive(data);
        const requests = connection.client?._reqs;
        const waiting = requests?.[seqId];
        if (requests === undefined || waiting === undefined) return;
        delete requests[seqId];
        waiting(new UnreadableResponseError());
      };
    }
  };
}
