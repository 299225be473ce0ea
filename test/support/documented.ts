import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Answer } from './gateway.ts';

interface Schema {
  properties?: unknown;
  additionalProperties?: unknown;
}

interface Content {
  schema?: object;
}

interface Documented {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, Content> }> }>>;
  components: { schemas: Record<string, Schema> };
}

/** Says what of a response is not as an OpenAPI 3.1 document says; fields that it does not name count, too. */
export class DocumentedResponses {
  readonly #document: Documented;
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: object) {
    this.#document = structuredClone(document) as Documented;
    for (const schema of Object.values(this.#document.components.schemas))
      if (schema.properties !== undefined && schema.additionalProperties === undefined)
        schema.additionalProperties = false;
    this.#ajv.addSchema(this.#document, 'document');
  }

  /** What is undocumented of a response to a route, as `get /runs/{id}`; empty where nothing is. */
  problemsOf(method: string, path: string, { status, headers, body }: Answer): string[] {
    const response = this.#document.paths[path]?.[method]?.responses[status];
    if (response === undefined) return [`${method} ${path}: ${status} is not documented`];
    const [type = ''] = (headers['content-type'] ?? '').split(';');
    if (type === '' && response.content === undefined) return [];
    if (response.content?.[type] === undefined) return [`${method} ${path}: ${status} has no ${type}`];
    const place = ['paths', path, method, 'responses', String(status), 'content', type, 'schema'];
    const pointer = place.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const validate = this.#validators.get(pointer) ?? this.#ajv.compile({ $ref: `document#/${pointer}` });
    this.#validators.set(pointer, validate);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      return `${method} ${path}: ${status} ${instancePath} ${message} ${JSON.stringify(params)}`;
    });
  }
}
