import { FAILURE_CLASSES } from '../../src/shared/domain/failure.ts';
import { OUTCOMES } from '../../src/shared/domain/outcome.ts';
import { STATUS_OF_CODE, type ProblemCode } from '../../src/shared/http/error-table.ts';
import { parametersOf, type DescribedRoute } from '../../src/shared/http/openapi/described-route.ts';
import { REQUEST_HEADERS, RESPONSE_HEADERS } from '../../src/shared/http/openapi/headers.ts';
import type { JsonSchema } from '../../src/shared/http/openapi/json-schema.ts';
import { isRequestSchema, namedSchemas } from '../../src/shared/http/openapi/named-schemas.ts';
import { TAGS, type OperationExample } from '../../src/shared/http/openapi/operation.ts';
import { MEANING_OF_CODE } from '../../src/shared/http/openapi/problem-meanings.ts';
import { problemsOf } from '../../src/shared/http/openapi/problem-responses.ts';
import { toJsonSchema } from '../../src/shared/http/openapi/to-json-schemas.ts';
import { appRoutes } from './described-routes.ts';
import { INTRODUCTION, OUTCOMES_INTRODUCTION } from './introduction.ts';
import { MEANING_OF_FAILURE, MEANING_OF_OUTCOME } from './outcome-meanings.ts';
import { typeText } from './type-text.ts';

/** The reference of the HTTP API, in Markdown. */
export async function apiReference(): Promise<string> {
  const routes = await appRoutes();
  const tags = Object.entries(TAGS).map(([tag, about]) => {
    const own = routes.filter(({ operation }) => operation.tag === tag);
    return [`## ${tag}`, about, ...own.map(operationText)].join('\n\n');
  });
  return `${[
    INTRODUCTION.trimEnd(),
    `## Routes\n\n${table(['route', 'what', 'responds'], routes.map(routeRow))}`,
    ...tags,
    `${OUTCOMES_INTRODUCTION}\n${table(
      ['outcome', 'when'],
      OUTCOMES.map((name) => [code(name), MEANING_OF_OUTCOME[name]]),
    )}`,
    table(
      ['failure.class', 'whose trouble'],
      FAILURE_CLASSES.map((name) => [code(name), MEANING_OF_FAILURE[name]]),
    ),
    errorsText(),
    '## Headers',
    headersText(),
    '## Bodies of requests',
    ...schemasText(true),
    '## Bodies of responses',
    ...schemasText(false),
  ].join('\n\n')}\n`;
}

function titleOf({ methods: [method = 'GET'], route }: DescribedRoute): string {
  return `${method} /api/${route}`;
}

function anchor(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}

function routeRow(route: DescribedRoute): string[] {
  const title = titleOf(route);
  return [
    `[\`${title}\`](#${anchor(title)})`,
    route.operation.summary,
    Object.keys(route.operation.responses).join(', '),
  ];
}

function operationText(route: DescribedRoute): string {
  const { operation } = route;
  const { body, description, headers = [] } = operation;
  const parameters = [
    ...parametersOf(route).map((parameter) => [
      `${code(parameter.name)}${parameter.in === 'path' ? '*' : ''}`,
      parameter.in,
      typeText(toJsonSchema(parameter.schema)),
      parameter.description,
    ]),
    ...headers.map((name) => [code(name), 'header', 'text', 'See [headers](#headers).']),
  ];
  return [
    `### ${titleOf(route)}`,
    description,
    ...(parameters.length === 0 ? [] : [table(['parameter', 'in', 'type', 'what'], parameters)]),
    ...(body === undefined
      ? []
      : [`Body: [${body.schema}](#${anchor(body.schema)})${body.isRequired ? '' : ', may be left out'}.`]),
    table(['status', 'when', 'body'], responseRows(route)),
    ...Object.values(body?.examples ?? {}).map((example) => exampleText(route, example)),
  ].join('\n\n');
}

function responseRows(route: DescribedRoute): string[][] {
  const successes = Object.entries(route.operation.responses).map(([status, { description, body }]) => [
    status,
    description,
    bodyText(body),
  ]);
  const problems = problemsOf(route).map(([status, codes]) => [
    String(status),
    codes.map(code).join(', '),
    '[Problem](#problem)',
  ]);
  return [...successes, ...problems];
}

function bodyText(body: DescribedRoute['operation']['responses'][number]['body']): string {
  if (body === undefined) return 'none';
  if (typeof body === 'string') return `[${body}](#${anchor(body)})`;
  return Object.entries(body)
    .map(([type, name]) => (name === 'text' || name === 'bytes' ? code(type) : `[${name}](#${anchor(name)})`))
    .join(', ');
}

/** As a command that can be sent as it is, for what `npm start` runs. */
function exampleText(route: DescribedRoute, { summary, value, status }: OperationExample): string {
  const { methods, route: path } = route;
  const url = path.replaceAll('{name}', 'greet').replaceAll('{job}', 'nightly');
  const accept = path === 'mcp' ? " -H 'accept: application/json, text/event-stream'" : '';
  const body = JSON.stringify(value, null, 2).replaceAll('\n', '\n  ');
  return [
    `${summary}, with status ${status}:`,
    `\`\`\`sh
curl -sS -X ${methods[0] ?? 'POST'} http://127.0.0.1:7071/api/${url} \\
  -H 'content-type: application/json'${accept} \\
  -d '${body}'
\`\`\``,
  ].join('\n\n');
}

function errorsText(): string {
  const rows = (Object.entries(STATUS_OF_CODE) as [ProblemCode, number][])
    .toSorted(([, left], [, right]) => left - right)
    .map(([name, status]) => [String(status), code(name), MEANING_OF_CODE[name]]);
  return `## Errors\n\nEvery one is a [problem document](#problem) (RFC 9457). Where a key is missing in mode \`keys\`, the Functions host itself responds 401 without a body.\n\n${table(['status', 'code', 'meaning'], rows)}`;
}

function headersText(): string {
  const rows = [
    ...Object.entries(REQUEST_HEADERS).map(([name, { description }]) => [code(name), 'request', description]),
    ...Object.entries(RESPONSE_HEADERS).map(([name, { description }]) => [code(name), 'response', description]),
  ];
  return table(['header', 'of', 'what'], rows);
}

function schemasText(isOfRequests: boolean): string[] {
  return Object.entries(namedSchemas())
    .filter(([name]) => isRequestSchema(name) === isOfRequests)
    .map(([name, schema]) => `### ${name}\n\n${schemaText(schema)}`);
}

function schemaText(schema: JsonSchema): string {
  const { properties = {}, required = [] } = schema;
  const rows = Object.entries(properties).map(([name, { description = '', ...field }]) => [
    `${code(name)}${required.includes(name) ? '*' : ''}`,
    typeText(field),
    description,
  ]);
  if (rows.length > 0) return table(['field', 'type', 'what'], rows);
  return schema.anyOf === undefined ? 'An empty object.' : `${typeText(schema)}.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}
