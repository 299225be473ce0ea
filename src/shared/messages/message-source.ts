import type { AppContext } from '../context.ts';
import type { RunOrchestrations } from '../durable/run-orchestrations.ts';
import type { RequestTrace } from '../http/request-trace.ts';

/** A queue whose messages ask for runs. */
export interface MessageSource {
  queue: 'run-requests' | 'run-events';
  /**
   * What a message asks for, each on its own.
   * @throws {ProblemError} the message can never be read
   */
  read(text: string): MessagePart[];
  /** The message by which a part of a message, or all of it, is asked for again under the same key. */
  again(text: string, messageId: string): string;
}

/** One thing that a message asks for. */
export interface MessagePart {
  /** It as JSON. */
  text: string;
  /** @throws whatever keeps it from being accepted; nothing has been accepted then */
  accept(context: AppContext, orchestrations: RunOrchestrations, details: MessageDetails): Promise<void>;
}

/** What is known of a message beside its text, and the trace that its delivery is a part of. */
export interface MessageDetails extends RequestTrace {
  messageId: string;
  /** By what id the log knows this delivery. */
  requestId: string;
  /** When it was delivered, epoch ms. */
  receivedAtMs: number;
  /** The gateway's own address, for links. */
  baseUrl: string;
}
