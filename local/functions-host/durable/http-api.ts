import { HttpError } from '../http/http-error.ts';
import { managementUrls } from './client-input.ts';
import type { Engine } from './engine.ts';
import { entityAddress, parseEntityAddress } from './entity-id.ts';
import type { EntityRow } from './entities.ts';
import { type Instance, isEnded } from './instance.ts';
import { instanceFilter, queryInstances } from './instance-query.ts';
import { control, purge, raiseEvent, restart, signalEntity, startNew } from './management.ts';
import { rewind } from './rewind.ts';
import { statusPayload } from './status-payload.ts';

/** A request to the Durable HTTP API; `path` is what follows its base, `origin` what the links of its responses begin with. */
export interface DurableRequest {
  method: string;
  path: string[];
  query: URLSearchParams;
  url: string;
  origin: string;
  body: string;
  contentType: string;
  continuationToken: string | undefined;
}

/** A response of the durable HTTP API. */
export interface DurableAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/**
 * The HTTP API of Azure's Durable extension (`HttpApiHandler`), as webhooks use it with the system key and durable-functions over loopback
 * without. No response is sent before what it says is on disk.
 */
export class DurableHttpApi {
  readonly #engine: Engine;
  readonly #key: string;

  constructor(engine: Engine, key: string) {
    this.#engine = engine;
    this.#key = key;
  }

  /** @throws `HttpError`. */
  async handle(request: DurableRequest): Promise<DurableAnswer> {
    const response = await this.#route(request);
    await this.#engine.hub.store.committed();
    return response;
  }

  async #route(request: DurableRequest): Promise<DurableAnswer> {
    const [kind, ...rest] = request.path;
    // On Azure these are route templates: a segment more is another path, and no part of an id, a name or a key.
    switch (kind?.toLowerCase()) {
      case 'orchestrators':
        if (request.method === 'POST' && rest[0] && rest.length <= 2) return this.#start(request, rest[0], rest[1]);
        break;
      case 'entities':
        if (rest.length > 2) break;
        return this.#entities(request, rest[0], rest[1]);
      case 'instances':
        if (rest.length > (rest[1]?.toLowerCase() === 'raiseevent' ? 3 : 2)) break;
        return rest[0] ? this.#instance(request, rest[0], rest[1], rest[2] ?? '') : this.#instances(request);
      default:
    }
    return { status: 404 };
  }

  async #start(request: DurableRequest, name: string, givenId: string | undefined): Promise<DurableAnswer> {
    const { query } = request;
    const id = startNew(this.#engine, name, givenId, jsonBody(request), query.get('version') ?? undefined);
    const timeoutMs = Number(query.get('timeout')) * 1000;
    if (timeoutMs > 0) {
      await this.#engine.waitForEnd(id, timeoutMs);
      const instance = this.#engine.hub.instance(id);
      if (instance?.status === 'Completed') return { status: 200, body: JSON.parse(instance.output ?? 'null') };
      if (instance !== undefined && isEnded(instance.status))
        return { status: 200, body: statusPayload(this.#engine.hub, instance, query) };
    }
    return this.#accepted(request, id);
  }

  #accepted({ origin }: DurableRequest, id: string): DurableAnswer {
    const urls = managementUrls({ origin, key: this.#key, hub: this.#engine.hub.settings.hubName }, id);
    return { status: 202, headers: { location: urls['statusQueryGetUri'] ?? '', 'retry-after': '10' }, body: urls };
  }

  #instances({ method, query, continuationToken }: DurableRequest): DurableAnswer {
    const { hub } = this.#engine;
    if (method === 'GET') {
      const { page, next } = queryInstances(hub.store, query, continuationToken);
      return {
        status: 200,
        headers: next ? { 'x-ms-continuation-token': next } : {},
        body: page.map((instance) => statusPayload(hub, instance, query)),
      };
    }
    if (method !== 'DELETE') return { status: 404 };
    if (!query.get('createdTimeFrom'))
      return { status: 400, body: "Please provide value for 'createdTimeFrom' parameter." };
    const { where, values } = instanceFilter(query);
    const ended = hub.store
      .all<Pick<Instance, 'id' | 'status'>>(`SELECT id,status FROM instances WHERE ${where}`, ...values)
      .filter(({ status }) => isEnded(status));
    if (ended.length === 0) return { status: 404 };
    return {
      status: 200,
      body: {
        instancesDeleted: purge(
          this.#engine,
          ended.map(({ id }) => id),
        ),
      },
    };
  }

  #instance(request: DurableRequest, id: string, verb: string | undefined, event: string): DurableAnswer {
    const instance = this.#engine.hub.instance(id);
    if (instance === undefined) return { status: 404 };
    if (verb === undefined) {
      if (request.method === 'GET') return this.#status(request, instance);
      if (request.method !== 'DELETE') return { status: 404 };
      return { status: 200, body: { instancesDeleted: purge(this.#engine, [id]) } };
    }
    return request.method === 'POST' ? this.#command(request, instance, verb.toLowerCase(), event) : { status: 404 };
  }

  #status({ query, url }: DurableRequest, instance: Instance): DurableAnswer {
    const body = statusPayload(this.#engine.hub, instance, query);
    if (!isEnded(instance.status)) return { status: 202, headers: { location: url, 'retry-after': '5' }, body };
    const isError =
      instance.status === 'Failed' && query.get('returnInternalServerErrorOnFailure')?.toLowerCase() === 'true';
    return { status: isError ? 500 : 200, body };
  }

  #command(request: DurableRequest, instance: Instance, verb: string, event: string): DurableAnswer {
    const { query } = request;
    const reason = query.get('reason');
    switch (verb) {
      case 'restart': {
        const isNewId = query.get('restartWithNewInstanceId')?.toLowerCase() !== 'false';
        return this.#accepted(request, restart(this.#engine, instance, isNewId));
      }
      case 'rewind':
        return this.#rewind(instance, reason ?? '');
      case 'raiseevent':
        if (isEnded(instance.status)) return { status: 410 };
        if (!/^application\/json/i.test(request.contentType))
          throw new HttpError(400, 'Only application/json request content is supported');
        raiseEvent(this.#engine, instance.id, event, jsonBody(request) ?? 'null');
        return { status: 202 };
      case 'terminate':
      case 'suspend':
      case 'resume':
        if (isEnded(instance.status)) return { status: 410 };
        control(this.#engine, instance.id, verb, reason);
        return { status: 202 };
      default:
        return { status: 404 };
    }
  }

  #rewind(instance: Instance, reason: string): DurableAnswer {
    if (instance.status !== 'Failed')
      return isEnded(instance.status)
        ? { status: 410 }
        : { status: 412, body: 'The rewind operation is only supported on failed orchestration instances.' };
    const { hub } = this.#engine;
    hub.store.atomic(() => rewind(hub, instance, reason));
    return { status: 202 };
  }

  #entities(
    { method, query, body, contentType }: DurableRequest,
    name: string | undefined,
    key: string | undefined,
  ): DurableAnswer {
    const { store } = this.#engine.hub;
    if (key === undefined)
      return method === 'GET' ? { status: 200, body: this.#entityList(name, query) } : { status: 404 };
    const address = entityAddress(name ?? '', key);
    if (method === 'GET') {
      const entity = store.get<EntityRow>('SELECT * FROM entities WHERE id=?', address);
      return entity?.present === 1 ? { status: 200, body: JSON.parse(entity.state ?? 'null') } : { status: 404 };
    }
    if (method !== 'POST' && method !== 'DELETE') return { status: 404 };
    const isJson = /json/i.test(contentType);
    const input = body === '' ? undefined : isJson ? body : JSON.stringify(body);
    signalEntity(this.#engine, address, method === 'DELETE' ? 'delete' : (query.get('op') ?? ''), input);
    return { status: 202 };
  }

  #entityList(name: string | undefined, query: URLSearchParams): unknown[] {
    const rows = this.#engine.hub.store.all<EntityRow>('SELECT * FROM entities WHERE present=1 ORDER BY id');
    const from = Date.parse(query.get('lastOperationTimeFrom') ?? '') || 0;
    const to = Date.parse(query.get('lastOperationTimeTo') ?? '') || Number.POSITIVE_INFINITY;
    const withState = query.get('fetchState')?.toLowerCase() === 'true';
    return rows
      .map((row) => ({ row, entityId: parseEntityAddress(row.id) }))
      .filter(
        ({ row, entityId }) =>
          (!name || entityId.name === name.toLowerCase()) && row.updated >= from && row.updated <= to,
      )
      .slice(0, Number(query.get('top')) || undefined)
      .map(({ row, entityId }) => {
        const listed = { entityId, lastOperationTime: new Date(row.updated).toISOString() };
        return withState ? Object.assign(listed, { state: JSON.parse(row.state ?? 'null') as unknown }) : listed;
      });
  }
}

/** The body, if it is JSON; null if it is empty. @throws `HttpError` 400. */
function jsonBody({ body }: DurableRequest): string | null {
  if (body.trim() === '') return null;
  try {
    JSON.parse(body);
    return body;
  } catch (error) {
    throw new HttpError(400, 'Invalid JSON content', { cause: error });
  }
}
