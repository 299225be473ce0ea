/** A JSON Schema, as far as the reference shows it. */
export interface ApiSchema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  items?: ApiSchema;
  properties?: Record<string, ApiSchema>;
  required?: string[];
  anyOf?: ApiSchema[];
  oneOf?: ApiSchema[];
  allOf?: ApiSchema[];
}

/** A parameter of an operation. */
export interface ApiParameter {
  name: string;
  in: 'path' | 'query' | 'header';
  description?: string;
  required?: boolean;
  schema?: ApiSchema;
}

/** What a body or a response holds, by media type. */
type Content = Record<string, { schema?: ApiSchema; examples?: Record<string, { summary?: string; value?: unknown }> }>;

/** One operation, as the document has it. */
export interface ApiOperation {
  operationId?: string;
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: (ApiParameter | { $ref: string })[];
  requestBody?: { content?: Content };
  responses?: Record<string, { $ref?: string; description?: string; content?: Content }>;
}

/** `GET /api/openapi.json`, as far as the reference shows it. */
export interface ApiDocument {
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, ApiOperation>>;
  components?: Record<string, Record<string, unknown>>;
}

/** An operation, with where it is. */
export interface Endpoint {
  method: string;
  path: string;
  operation: ApiOperation;
}

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete']);

/** The operations of a document by tag, in the document's order; one without a tag is left out. */
export function endpointsByTag(document: ApiDocument): { tag: string; about: string; endpoints: Endpoint[] }[] {
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]): Endpoint => ({ method, path, operation })),
  );
  return (document.tags ?? []).map(({ name, description = '' }) => ({
    tag: name,
    about: description,
    endpoints: all.filter(({ operation }) => operation.tags?.[0] === name),
  }));
}

/** What a reference leads to; undefined where it leads nowhere. */
export function resolved<Part extends object>(document: ApiDocument, part: Part | { $ref: string }): Part | undefined {
  if (!('$ref' in part) || typeof part.$ref !== 'string') return part as Part;
  const [kind = '', name = ''] = part.$ref.replace('#/components/', '').split('/');
  return document.components?.[kind]?.[name] as Part | undefined;
}

/** The parameters of an operation, wherever they stand in the document. */
export function operationParameters(document: ApiDocument, { parameters = [] }: ApiOperation): ApiParameter[] {
  return parameters.flatMap((parameter) => resolved<ApiParameter>(document, parameter) ?? []);
}

/** The fields of a schema's object, of whatever it is put together from. */
export function schemaFields(
  document: ApiDocument,
  schema: ApiSchema,
): { name: string; isRequired: boolean; schema: ApiSchema }[] {
  const whole = schema.$ref === undefined ? schema : resolved<ApiSchema>(document, { $ref: schema.$ref });
  if (whole === undefined) return [];
  const own = Object.entries(whole.properties ?? {}).map(([name, field]) => ({
    name,
    isRequired: whole.required?.includes(name) === true,
    schema: field,
  }));
  return [...own, ...(whole.allOf ?? []).flatMap((part) => schemaFields(document, part))];
}

/** The type of a schema in a few words: `string`, `RunDocument`, `integer[]`. */
export function typeText(schema: ApiSchema | undefined): string {
  if (schema === undefined) return '';
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? '';
  if (schema.enum !== undefined) return schema.enum.map((each) => JSON.stringify(each)).join(' | ');
  if (schema.items !== undefined) return `${typeText(schema.items)}[]`;
  const parts = schema.anyOf ?? schema.oneOf;
  if (parts !== undefined) return parts.map(typeText).join(' | ');
  return [schema.type ?? 'any'].flat().join(' | ');
}

/** The path and query of a request to an endpoint, below `/api/`; what is empty is left out of the query. */
export function pathOf(
  { path }: Endpoint,
  parameters: readonly ApiParameter[],
  typed: Readonly<Record<string, string>>,
): string {
  const filled = path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(typed[name] ?? ''));
  const query = new URLSearchParams(
    parameters
      .filter(({ in: place, name }) => place === 'query' && (typed[name] ?? '') !== '')
      .map(({ name }): [string, string] => [name, typed[name] ?? '']),
  ).toString();
  return `${filled.replace(/^\/(api\/)?/, '')}${query === '' ? '' : `?${query}`}`;
}
