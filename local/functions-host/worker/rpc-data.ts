/** A value on the wire between host and worker, as in Azure Functions' FunctionRpc protocol: exactly one member is set. */
export interface RpcTypedData {
  string?: string | null;
  json?: string | null;
  bytes?: Uint8Array | null;
  stream?: Uint8Array | null;
  http?: RpcHttp | null;
  int?: number | string | null;
  double?: number | null;
}

/** A value that may be absent, as protocol buffers wrap it. */
export interface RpcNullable<T> {
  value?: T | null;
}

/** A cookie of an HTTP response. */
export interface RpcCookie {
  name: string;
  value: string;
  domain?: RpcNullable<string> | null;
  path?: RpcNullable<string> | null;
  expires?: RpcNullable<unknown> | null;
  secure?: RpcNullable<boolean> | null;
  httpOnly?: RpcNullable<boolean> | null;
  sameSite?: string | number | null;
  maxAge?: RpcNullable<number | string> | null;
}

/** An HTTP request (`url`, `method`, …) or response (`statusCode`, `headers`, `cookies`, `body`). */
export interface RpcHttp {
  url?: string;
  method?: string;
  nullableHeaders?: Record<string, RpcNullable<string>>;
  nullableParams?: Record<string, RpcNullable<string>>;
  nullableQuery?: Record<string, RpcNullable<string>>;
  statusCode?: string | null;
  headers?: Record<string, string> | null;
  cookies?: RpcCookie[] | null;
  body?: RpcTypedData | null;
}

/** One named input or output of an invocation. */
export interface RpcParameter {
  name: string;
  data?: RpcTypedData | null;
}

/** The plain value of `data`; `undefined` where no member is set. */
export function fromRpcData(data: RpcTypedData | null | undefined): unknown {
  if (data == null) return undefined;
  if (data.json != null) return JSON.parse(data.json) as unknown;
  if (data.string != null) return data.string;
  const bytes = data.bytes ?? data.stream;
  if (bytes != null) return Buffer.from(bytes);
  if (data.int != null) return Number(data.int);
  if (data.double != null) return data.double;
  return undefined;
}

/** `value` as JSON on the wire; `undefined` becomes null. */
export function jsonData(value: unknown): RpcTypedData {
  return { json: JSON.stringify(value === undefined ? null : value) };
}

/** The bytes a body or blob of this data holds. */
export function bytesOfRpcData(data: RpcTypedData | null | undefined): Buffer {
  if (data == null) return Buffer.alloc(0);
  const bytes = data.bytes ?? data.stream;
  if (bytes != null) return Buffer.from(bytes);
  const text = data.string ?? data.json ?? data.int ?? data.double;
  return Buffer.from(text == null ? '' : String(text));
}
