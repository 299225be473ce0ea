import { parametersOf, type DescribedParameter, type DescribedRoute } from './described-route.ts';
import { downgraded, type SwaggerSchema } from './downgraded-schema.ts';
import { REQUEST_HEADERS, RESPONSE_HEADERS, type RequestHeader } from './headers.ts';
import { INFO } from './info.ts';
import type { JsonSchema } from './json-schema.ts';
import { namedSchemas } from './named-schemas.ts';
import { methodOf, type Deployment, type Part } from './openapi-document.ts';
import { TAGS, type ConnectorOperation, type Operation, type OperationResponse } from './operation.ts';
import { problemsOf } from './problem-responses.ts';
import { securityScheme } from './security.ts';
import { titleOf } from './title-of.ts';
import { toJsonSchema } from './to-json-schemas.ts';

/**
 * The OpenAPI 2.0 document, for custom connectors of Power Platform and Logic Apps: what is of use in a workflow, with
 * their extensions. JSON alone; `Prefer` is left out, since they poll by themselves.
 * @see https://learn.microsoft.com/connectors/custom-connectors/openapi-extensions
 */
export function swaggerDocument(routes: readonly DescribedRoute[], { baseUrl, auth }: Deployment): Part {
  const { host, protocol } = new URL(baseUrl);
  const scheme = securityScheme(auth);
  const paths: Record<string, Record<string, Part>> = {};
  const definitions = new Definitions();
  for (const route of routes) {
    const { connector } = route.operation;
    if (connector === 'none') continue;
    const item = (paths[`/${route.route}`] ??= {});
    if (connector.callback !== undefined) {
      const description = 'The run document, once the run has ended.';
      item['x-ms-notification-content'] = { description, schema: definitions.reference(connector.callback) };
    }
    item[methodOf(route)] = operationOf(route, connector, definitions);
  }
  return {
    swagger: '2.0',
    info: INFO,
    host,
    basePath: '/api',
    schemes: [protocol.replace(':', '')],
    consumes: ['application/json'],
    produces: ['application/json'],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    definitions: definitions.all(),
    ...(scheme === undefined
      ? {}
      : { securityDefinitions: { [scheme.name]: scheme.swagger }, security: [{ [scheme.name]: [] }] }),
  };
}

/** The definitions that something refers to, and those that they refer to. */
class Definitions {
  readonly #used = new Map<string, SwaggerSchema>();

  /** A reference to a named schema, which is defined from then on. */
  reference(name: string): Part {
    if (!this.#used.has(name)) {
      const schema = namedSchemas()[name] ?? {};
      // First of all, as it may refer to itself.
      this.#used.set(name, {});
      this.#used.set(name, this.inline(schema));
    }
    return { $ref: `#/definitions/${name}` };
  }

  /** A schema in place; what it refers to is defined. */
  inline(schema: JsonSchema): SwaggerSchema {
    const own = titled(downgraded(schema));
    for (const [, name = ''] of JSON.stringify(own).matchAll(/"\$ref":"#\/definitions\/(\w+)"/g)) this.reference(name);
    return own;
  }

  all(): Part {
    return Object.fromEntries([...this.#used].toSorted(([left], [right]) => left.localeCompare(right)));
  }
}

/** With names for designers. */
function titled(schema: SwaggerSchema): SwaggerSchema {
  const { properties } = schema as { properties?: Record<string, Part> };
  if (properties === undefined) return schema;
  return {
    ...schema,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, field]) => [
        name,
        field['$ref'] === undefined ? { 'x-ms-summary': titleOf(name), ...field } : field,
      ]),
    ),
  };
}

function operationOf(route: DescribedRoute, connector: ConnectorOperation, definitions: Definitions): Part {
  const { operation } = route;
  const { id: operationId, tag, summary, description, headers = [] } = operation;
  const { visibility } = connector;
  const names = headers.filter((name) => name !== 'Prefer');
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    ...(visibility === undefined ? {} : { 'x-ms-visibility': visibility }),
    parameters: [
      ...parametersOf(route).map(parameter),
      ...names.map(headerParameter),
      ...bodyOf(operation, connector, definitions),
    ],
    responses: {
      ...problemResponses(route, definitions),
      ...Object.fromEntries(
        Object.entries(operation.responses).map(([status, response]) => [status, responseOf(response, definitions)]),
      ),
    },
  };
}

function headerParameter(name: RequestHeader): Part {
  const { description, schema } = REQUEST_HEADERS[name];
  const own = { name, in: 'header', description, 'x-ms-summary': titleOf(name), 'x-ms-visibility': 'advanced' };
  return { ...own, ...downgraded(toJsonSchema(schema)) };
}

function parameter({ name, in: place, description, schema, title, isRepeated, values }: DescribedParameter): Part {
  const { items, ...rest } = downgraded(toJsonSchema(schema)) as { items?: Part };
  return {
    name,
    in: place,
    description,
    required: place === 'path',
    ...rest,
    ...(isRepeated === true ? { items: items ?? {}, collectionFormat: 'multi' } : {}),
    ...(place === 'path' ? { 'x-ms-url-encoding': 'single' } : {}),
    ...(values === undefined
      ? {}
      : {
          'x-ms-dynamic-values': {
            operationId: values.operation,
            'value-collection': values.collection,
            'value-path': values.field,
            'value-title': values.field,
          },
        }),
    'x-ms-summary': title,
  };
}

function bodyOf({ body }: Operation, { callback, fields }: ConnectorOperation, definitions: Definitions): Part[] {
  if (body === undefined) return [];
  const plain = definitions.reference(body.schema);
  const extended: Readonly<Record<string, Part>> = {
    ...fields,
    ...(callback === undefined ? {} : { callback_url: CALLBACK_URL }),
  };
  if (Object.keys(extended).length === 0)
    return [{ name: 'body', in: 'body', required: body.isRequired, schema: plain, 'x-ms-summary': 'Body' }];
  const whole = definitions.inline(namedSchemas()[body.schema] ?? {}) as { properties?: Record<string, Part> };
  const properties = Object.fromEntries(
    Object.entries(whole.properties ?? {}).map(([name, field]) => [name, { ...field, ...extended[name] }]),
  );
  return [
    {
      name: 'body',
      in: 'body',
      required: body.isRequired,
      schema: { ...whole, properties },
      'x-ms-summary': 'Body',
    },
  ];
}

/** The engine gives its own address. */
const CALLBACK_URL = { 'x-ms-notification-url': true, 'x-ms-visibility': 'internal' };

function responseOf({ description, body, headers = [] }: OperationResponse, definitions: Definitions): Part {
  const name = typeof body === 'string' ? body : body?.['application/json'];
  return {
    description,
    ...(name === undefined ? {} : { schema: definitions.reference(name) }),
    ...(headers.length === 0
      ? {}
      : {
          headers: Object.fromEntries(
            headers.map((header) => {
              const { schema, description: text } = RESPONSE_HEADERS[header];
              return [header, { description: text, ...downgraded(toJsonSchema(schema)) }];
            }),
          ),
        }),
  };
}

/** By the codes alone: what each means is in the document of version 3.1. */
function problemResponses(route: DescribedRoute, definitions: Definitions): Part {
  return Object.fromEntries(
    problemsOf(route).map(([status, codes]) => [
      status,
      { description: `${codes.join(', ')}.`, schema: definitions.reference('Problem') },
    ]),
  );
}
