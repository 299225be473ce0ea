import type { HttpRequest } from '@azure/functions';
import type { z } from 'zod';
import type { AppContext } from '../context.ts';
import type { RunOrchestrations } from '../durable/run-orchestrations.ts';
import type { Call } from '../http/handler.ts';

/** One call of a tool, and the HTTP request that it came with. */
export interface ToolCall {
  request: HttpRequest;
  context: AppContext;
  call: Call;
  orchestrations: RunOrchestrations;
}

/** What a tool returns: a sentence or two for people and models, and the same document as over HTTP. */
export interface ToolOutput {
  summary: string;
  document: Record<string, unknown>;
}

/**
 * What a client may show its user of a tool before it is called.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/schema#toolannotations
 */
export interface ToolAnnotations {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
}

/** A tool of the Model Context Protocol. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly annotations: ToolAnnotations;
  /** For models: when to call it, and what it returns. */
  readonly description: (toolCall: ToolCall) => string;
  /** What validates the arguments, of an object; clients are shown it as JSON Schema. */
  readonly schema: z.ZodType;
  /** Takes arguments that have not been validated. @throws whatever the same request over HTTP does */
  readonly run: (given: Record<string, unknown>, toolCall: ToolCall) => Promise<ToolOutput>;
}

/** Hints of a tool that changes nothing. */
export const READS: ToolAnnotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true };
