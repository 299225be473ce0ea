import {
  Message,
  MessageHeader,
  type RecordBatch,
  RecordBatchReader,
  RecordBatchStreamWriter,
  type Schema,
  Table,
} from 'apache-arrow';
import { checkBatch } from './check-batch.ts';

/** What ends an Arrow IPC stream. @see https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format */
export const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

const CONTINUATION = -1;

/** A message of an Arrow stream. */
export interface IpcMessage {
  readonly kind: 'schema' | 'record_batch' | 'other';
  /** The encapsulated message: prefix, metadata and body. */
  readonly bytes: Uint8Array;
  /** Rows of a record batch, 0 for the others. */
  readonly rowCount: number;
}

/**
 * Splits Arrow IPC bytes into their messages, without decoding the bodies.
 * @throws {RangeError} where they are cut off.
 */
export function* splitMessages(bytes: Uint8Array): Generator<IpcMessage> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + 4 <= bytes.length) {
    // Streams older than Arrow 0.15 have no continuation marker before the length of the metadata.
    const prefix = view.getInt32(at, true) === CONTINUATION ? 8 : 4;
    if (at + prefix > bytes.length) throw new RangeError('An Arrow message is cut off.');
    const metadataBytes = view.getInt32(at + prefix - 4, true);
    if (metadataBytes === 0) {
      at += prefix;
      continue;
    }
    const bodyAt = at + prefix + metadataBytes;
    if (metadataBytes < 0 || bodyAt > bytes.length) throw new RangeError('An Arrow message is cut off.');
    const message = Message.decode(bytes.subarray(at + prefix, bodyAt));
    const end = bodyAt + message.bodyLength;
    if (end > bytes.length) throw new RangeError('The body of an Arrow message is cut off.');
    yield { ...describe(message), bytes: bytes.subarray(at, end) };
    at = end;
  }
}

function describe(message: Message): Pick<IpcMessage, 'kind' | 'rowCount'> {
  if (message.headerType === MessageHeader.Schema) return { kind: 'schema', rowCount: 0 };
  if (message.headerType !== MessageHeader.RecordBatch) return { kind: 'other', rowCount: 0 };
  return { kind: 'record_batch', rowCount: (message as Message<MessageHeader.RecordBatch>).header().length };
}

/** Decodes a schema message. */
export function decodeSchema(message: Uint8Array): Schema {
  const reader = RecordBatchReader.from(aligned(message));
  return reader.open().schema;
}

/**
 * Decodes a record batch message, with what it depends on (the schema, dictionaries) before it.
 * @throws {RangeError} where it is not what it says
 */
export function decodeRecordBatch(preamble: readonly Uint8Array[], message: Uint8Array): RecordBatch {
  const [batch] = [...RecordBatchReader.from(aligned(...preamble, message))];
  if (batch === undefined) throw new RangeError('An Arrow record batch cannot be read.');
  return checkBatch(batch);
}

/** Copies messages to where their 8-byte alignment holds: what the transport hands out starts anywhere. */
function aligned(...messages: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(messages.reduce((total, message) => total + message.length, 0));
  let at = 0;
  for (const message of messages) {
    joined.set(message, at);
    at += message.length;
  }
  return joined;
}

/** The schema as an encapsulated IPC message. */
export function encodeSchema(schema: Schema): Uint8Array {
  const [message] = splitMessages(RecordBatchStreamWriter.writeAll(new Table(schema)).toUint8Array(true));
  return (message as IpcMessage).bytes;
}

/** A record batch as an encapsulated IPC message, without its schema. */
export function encodeRecordBatch(batch: RecordBatch): Uint8Array {
  const messages = [...splitMessages(RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true))];
  return (messages.find(({ kind }) => kind === 'record_batch') as IpcMessage).bytes;
}
