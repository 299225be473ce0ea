import serviceTypes from '@databricks/sql/thrift/TCLIService_types.js';
import { TBinaryProtocol, TBufferedTransport, Thrift, type TProtocol } from 'thrift';

/** What every request and response type of the service can do. */
interface ThriftStruct {
  read(input: TProtocol): void;
  write(output: TProtocol): void;
}

/** By method name; they take the generated request type and return the generated response type. */
export type ThriftHandlers = Partial<Record<string, (request: never) => Promise<object>>>;

const types = serviceTypes as unknown as Record<string, new () => ThriftStruct>;

/** The method that a message calls, undefined if it is not a Thrift call. */
export function calledMethod(body: Buffer): string | undefined {
  // Strict binary protocol: version and type in 4 bytes, then the length-prefixed name.
  if (body.length < 8 || body.readUInt16BE(0) !== 0x8001) return undefined;
  const length = body.readInt32BE(4);
  return length > 0 && length <= 64 ? body.toString('utf8', 8, 8 + length) : undefined;
}

/**
 * Handles one Thrift call. The generated processor would copy every result deeply, so this reads and writes the generated
 * types itself: a call's arguments are a struct with the request as field 1, its result a struct with the response as field 0.
 */
export async function handleThriftCall(body: Buffer, handlers: ThriftHandlers): Promise<Buffer> {
  const input = new TBinaryProtocol(receive(body));
  const { fname, rseqid } = input.readMessageBegin();
  const handler = Object.hasOwn(handlers, fname) ? handlers[fname] : undefined;
  const Request = types[`T${fname}Req`];
  if (handler === undefined || Request === undefined)
    return exception(fname, rseqid, `Invalid method name: '${fname}'`);
  const request = new Request();
  input.readStructBegin();
  input.readFieldBegin();
  request.read(input);
  const response = (await handler(request as never)) as ThriftStruct;
  return message(fname, Thrift.MessageType.REPLY, rseqid, (output) => {
    output.writeStructBegin(`${fname}_result`);
    output.writeFieldBegin('success', Thrift.Type.STRUCT, 0);
    response.write(output);
    output.writeFieldEnd();
    output.writeFieldStop();
    output.writeStructEnd();
  });
}

function receive(body: Buffer): TBufferedTransport {
  let transport: TBufferedTransport | undefined;
  TBufferedTransport.receiver((received) => {
    transport = received;
  }, 0)(body);
  if (transport === undefined) throw new TypeError('The body is not a Thrift message.');
  return transport;
}

function exception(method: string, sequenceId: number, text: string): Buffer {
  const { TApplicationException, TApplicationExceptionType, MessageType } = Thrift;
  return message(method, MessageType.EXCEPTION, sequenceId, (output) =>
    new TApplicationException(TApplicationExceptionType.UNKNOWN_METHOD, text).write(output),
  );
}

function message(
  method: string,
  type: Thrift.MessageType,
  sequenceId: number,
  write: (output: TBinaryProtocol) => void,
): Buffer {
  const parts: Buffer[] = [];
  const transport = new TBufferedTransport(undefined, (part?: Buffer) => {
    if (part !== undefined) parts.push(part);
  });
  const output = new TBinaryProtocol(transport);
  output.writeMessageBegin(method, type, sequenceId);
  write(output);
  output.writeMessageEnd();
  output.flush();
  return Buffer.concat(parts);
}
