import type { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Config } from '../config/config.ts';
import type { NotificationDocument } from '../domain/run-document.ts';
import type { CredentialSource } from '../secrets/azure-credential.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { Storage } from '../storage/storage.ts';

/** What channels are opened with. */
export interface ChannelDependencies {
  config: Config;
  storage: Storage;
  credential: CredentialSource;
  secrets: SecretStore;
  now: () => number;
}

/** A receiver is refused for good: no later try would reach it, so none is made. */
export class NeverDeliverableError extends AppError {
  override readonly name = 'NeverDeliverableError';
  constructor(by: string, reason: string) {
    super(`The ${by} refuses the receiver: ${reason}.`, { code: 'NEVER_DELIVERABLE', retryable: false });
  }
}

/** A way to notify of the end of a run: what a request may say of it, and how it is opened. */
export interface ChannelType {
  /** As dead letters, logs and the delivery state of a run name it. */
  readonly name: string;
  /** The field of `gateway.notify` that asks for it. */
  readonly field: string;
  /** What the field may hold. */
  readonly schema: z.ZodType;
  /** Where the field's value wants notifications sent; empty where it asks for none. */
  targets(value: unknown): readonly string[];
  /** Why the operator does not allow a target, which refuses the request; undefined where it is allowed. */
  refusal?(target: string, config: Config): { code: 'CALLBACK_NOT_ALLOWED'; message: string } | undefined;
  /** Undefined where the settings do not provide for it: requests may ask for it, and it notifies of nothing. */
  open(dependencies: ChannelDependencies): Channel | undefined;
}

/** What becomes of a run on its way. A repair begins anew: another attempt is queued or submitted. */
export type RunChange = 'queued' | 'submitted' | 'started' | 'retrying' | 'canceling' | 'completed';

/** An open channel. */
export interface Channel {
  /** Its receivers are the operator's own, and take what they get in milliseconds. */
  readonly isOwnService: boolean;
  /** What targets share that are slow or silent together. */
  receiver(target: string): string;
  /**
   * Sends the document of a run that has ended; `timeoutMs`: how long to wait for the receiver, where that is less than
   * the channel's own bound.
   * @throws {NeverDeliverableError} it did not arrive, and never will
   * @throws whatever else means that it did not arrive, and may be sent again later
   */
  send(document: NotificationDocument, target: string, timeoutMs?: number): Promise<void>;
  /**
   * Publishes what has become of a run that has not ended, where the channel follows runs on their way.
   * @throws whatever means that it was not published
   */
  announce?(change: RunChange, document: NotificationDocument, timeoutMs: number): Promise<void>;
}
