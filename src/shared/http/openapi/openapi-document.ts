import type { AuthConfig } from '../../config/auth-config.ts';
import type { ProblemCode } from '../error-table.ts';
import { parametersOf, type DescribedParameter, type DescribedRoute } from './described-route.ts';
import { REQUEST_HEADERS, RESPONSE_HEADERS, type RequestHeader, type ResponseHeader } from './headers.ts';
import { INFO } from './info.ts';
import { namedSchemas } from './named-schemas.ts';
import { TAGS, type Operation, type OperationExample, type OperationResponse } from './operation.ts';
import { PRETTY } from './parameters.ts';
import { MEANING_OF_CODE } from './problem-meanings.ts';
import { problemHeaders, problemsOf } from './problem-responses.ts';
import { securityScheme } from './security.ts';
import { schemaRef, toJsonSchema } from './to-json-schemas.ts';

/** What a document is made for. */
export interface Deployment {
  /** The gateway's address, without a slash at the end. */
  baseUrl: string;
  auth: Pick<AuthConfig, 'mode' | 'entra'>;
}

/** A part of an OpenAPI document. */
export type Part = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of all routes. @see https://spec.openapis.org/oas/v3.1.0 */
export function openApiDocument(routes: readonly DescribedRoute[], { baseUrl, auth }: Deployment): Part {
  const scheme = securityScheme(auth);
  const security = scheme === undefined ? [] : [{ [scheme.name]: [] }];
  const paths: Record<string, Record<string, Part>> = {};
  for (const route of routes) {
    const operations = (paths[`/${route.route}`] ??= {});
    operations[methodOf(route)] = operationOf(route, security);
  }
  return {
    openapi: '3.1.0',
    info: INFO,
    servers: [{ url: `${baseUrl}/api` }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: namedSchemas(),
      parameters: { [PRETTY_NAME]: { ...parameter(PRETTY_PARAMETER), allowEmptyValue: true } },
      headers: mapValues(RESPONSE_HEADERS, ({ description, schema, example }) => ({
        description,
        schema: toJsonSchema(schema),
        example,
      })),
      ...(scheme === undefined ? {} : { securitySchemes: { [scheme.name]: scheme.openApi } }),
    },
  };
}

const PRETTY_NAME = 'pretty';
const PRETTY_PARAMETER: DescribedParameter = { ...PRETTY, name: PRETTY_NAME, in: 'query' };

/** The method that a route is described under, in lower case. */
export function methodOf({ methods }: DescribedRoute): string {
  return (methods[0] ?? 'GET').toLowerCase();
}

function operationOf(route: DescribedRoute, security: readonly Part[]): Part {
  const { operation, access } = route;
  const { id: operationId, tag, summary, description, body } = operation;
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    security: access === 'callers' ? security : [],
    parameters: [
      ...parametersOf(route).map(parameter),
      { $ref: `#/components/parameters/${PRETTY_NAME}` },
      ...(operation.headers ?? []).map(headerParameter),
    ],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.isRequired,
            content: {
              'application/json': { schema: { $ref: schemaRef(body.schema) }, ...examplesOf(body.examples) },
            },
          },
        }),
    responses: responsesOf(route),
    ...callbacksOf(operation),
  };
}

/** What is posted to the address that a body names. */
function callbacksOf({ id, connector }: Operation): Part {
  if (connector === 'none' || connector.callback === undefined) return {};
  const content = { 'application/json': { schema: { $ref: schemaRef(connector.callback) } } };
  const post = {
    operationId: `${id}Callback`,
    summary: 'The run has ended',
    security: [],
    requestBody: { required: true, content },
    responses: {
      '2XX': { description: 'Taken; anything else is tried again.' },
      '4XX': { description: 'Tried again.' },
    },
  };
  return { callbacks: { ended: { '{$request.body#/callback_url}': { post } } } };
}

function parameter({ name, in: place, description, schema, isRepeated }: DescribedParameter): Part {
  const value = toJsonSchema(schema);
  return {
    name,
    in: place,
    description,
    ...(place === 'path' ? { required: true } : {}),
    ...(isRepeated === true ? { style: 'form', explode: true } : {}),
    schema: value,
  };
}

function headerParameter(name: RequestHeader): Part {
  const { description, schema, example } = REQUEST_HEADERS[name];
  return { name, in: 'header', description, schema: toJsonSchema(schema), example };
}

function examplesOf(examples: Readonly<Record<string, OperationExample>>): Part {
  if (Object.keys(examples).length === 0) return {};
  return { examples: mapValues(examples, ({ summary, value }) => ({ summary, value })) };
}

function responsesOf(route: DescribedRoute): Part {
  const responses: Record<string, Part> = mapValues(route.operation.responses, successful);
  for (const [status, codes] of problemsOf(route)) {
    const refused = problemResponse(status, codes);
    const also = responses[status];
    responses[status] =
      also === undefined
        ? refused
        : { ...also, content: { ...(also['content'] as Part), ...(refused['content'] as Part) } };
  }
  return responses;
}

function successful({ description, body, headers = [] }: OperationResponse): Part {
  const types = typeof body === 'string' ? { 'application/json': body } : body;
  return {
    description,
    ...headersOf(headers),
    ...(types === undefined ? {} : { content: mapValues(types, contentOf) }),
  };
}

function contentOf(content: string): Part {
  if (content === 'bytes') return {};
  return { schema: content === 'text' ? { type: 'string' } : { $ref: schemaRef(content) } };
}

function problemResponse(status: number, codes: readonly ProblemCode[]): Part {
  return {
    description: codes.map((code) => `\`${code}\`: ${MEANING_OF_CODE[code]}`).join('\n\n'),
    ...headersOf(problemHeaders(status)),
    content: { 'application/problem+json': { schema: { $ref: schemaRef('Problem') } } },
  };
}

function headersOf(names: readonly ResponseHeader[]): Part {
  if (names.length === 0) return {};
  return { headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])) };
}

function mapValues<Value, Mapped>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value) => Mapped,
): Record<string, Mapped> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
