import type { z } from 'zod';
import type { ProblemCode } from '../error-table.ts';
import type { RequestHeader, ResponseHeader } from './headers.ts';
import type { SchemaName } from './schemas.ts';

/** What the operations are about, in the order of the documents. */
export const TAGS = {
  Runs: 'Databricks runs: submitted once, followed, cancelled, repaired.',
  Templates: 'Runs that an operator has prepared; callers give parameters only.',
  SQL: 'Statements on a SQL warehouse: at once and streamed, or asynchronous with rows in Blob storage.',
  Service: 'How the gateway is, and what describes it.',
  Monitor: 'The page that shows what runs, and what only that page asks for.',
} as const;

/** A value of the path or of the query. */
export interface OperationParameter {
  description: string;
  schema: z.ZodType;
  /** What a designer shows in the place of the name, in Title Case. */
  title: string;
  /** It may be given several times; all have to fit. */
  isRepeated?: true;
  /** The operation whose response has the values to choose from, each a `field` of an item of its `collection`. */
  values?: { operation: string; collection: string; field: string };
}

/** A body that is shown in the documents, and sent by a test to the real stack. */
export interface OperationExample {
  summary: string;
  value: unknown;
  /** The status that it has. */
  status: number;
}

/** What a success responds with. */
export interface OperationResponse {
  description: string;
  /** A JSON body of a named schema, or what each media type holds; nothing: no body. */
  body?: SchemaName | Readonly<Record<string, SchemaName | 'text' | 'bytes'>>;
  headers?: readonly ResponseHeader[];
}

/** How Power Platform and Logic Apps see an operation. */
export interface ConnectorOperation {
  /** `important` is offered first, `advanced` later, `internal` never: it fills a drop-down. */
  visibility?: 'important' | 'advanced' | 'internal';
  /** It waits for a callback of this body, which goes to the field that is marked as its address. */
  callback?: SchemaName;
  /** What a designer gets of fields of the body beside their schema. */
  fields?: Readonly<Record<string, Readonly<Record<`x-ms-${string}`, unknown>>>>;
}

/**
 * One operation as the documents describe it. Method, route and the names of its query parameters are those that the
 * function is registered with; who may call it, and what every operation can refuse, is added from there too.
 */
export interface Operation {
  /** In PascalCase without dashes, as connectors want it. */
  id: string;
  tag: keyof typeof TAGS;
  /** A few words, without a full stop. */
  summary: string;
  /** Sentences, the first of which says more than the summary. Markdown. */
  description: string;
  path?: Readonly<Record<string, OperationParameter>>;
  query?: Readonly<Record<string, OperationParameter>>;
  headers?: readonly RequestHeader[];
  body?: {
    schema: SchemaName;
    isRequired: boolean;
    examples: Readonly<Record<string, OperationExample>>;
  };
  responses: Readonly<Record<number, OperationResponse>>;
  /** The codes of problem documents that are this operation's own. */
  problems: readonly ProblemCode[];
  /** `none`: of no use in a workflow. */
  connector: ConnectorOperation | 'none';
}
