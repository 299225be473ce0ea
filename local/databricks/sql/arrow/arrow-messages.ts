import { RecordBatchStreamWriter, Table, type RecordBatch, type Schema } from 'apache-arrow';

const CONTINUATION_BYTES = 8;
const END_OF_STREAM_BYTES = 8;

/** A schema as one encapsulated IPC message, without the mark that ends a stream. */
export function schemaMessage(schema: Schema): Buffer {
  return split(RecordBatchStreamWriter.writeAll(new Table(schema)).toUint8Array(true)).schema;
}

/** A record batch as one encapsulated IPC message, without its schema. */
export function batchMessage(batch: RecordBatch): Buffer {
  return split(RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true)).rest;
}

/** An IPC stream begins with 4 bytes of continuation mark and 4 of metadata length; a schema message has no body. */
function split(stream: Uint8Array): { schema: Buffer; rest: Buffer } {
  const bytes = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength);
  const schemaBytes = CONTINUATION_BYTES + bytes.readInt32LE(4);
  return {
    schema: bytes.subarray(0, schemaBytes),
    rest: bytes.subarray(schemaBytes, bytes.length - END_OF_STREAM_BYTES),
  };
}

/** The mark that ends an IPC stream. */
export const END_OF_STREAM = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
