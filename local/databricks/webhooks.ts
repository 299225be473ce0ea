import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from './runs/execution.ts';
import type { RunRecord, TaskRecord } from './runs/record.ts';

const DELIVERY_TIMEOUT_MS = 10_000;

/** A generic webhook destination. */
export interface Destination {
  displayName?: string;
  url: string;
  username?: string | undefined;
  password?: string | undefined;
}

/** The destination that the control plane sets, and how badly it is served. Chances are between 0 and 1. */
export interface DefaultDestination extends Destination {
  /** Real seconds. */
  delaySeconds: number;
  dropChance: number;
  duplicateChance: number;
  /** Databricks documents ids as strings, and has been seen to send numbers. */
  ids: 'string' | 'number';
}

interface Subject {
  webhook_notifications?: Record<string, { id: string }[]> | undefined;
  notification_settings?:
    | {
        no_alert_for_skipped_runs?: boolean | undefined;
        no_alert_for_canceled_runs?: boolean | undefined;
        alert_on_last_attempt?: boolean | undefined;
      }
    | undefined;
}

/** Sends job and task notifications as Databricks does: once, unsigned, ids only. */
export class Webhooks implements AsyncDisposable {
  /** Takes every destination id that was not made with `notification-destinations`. */
  fallback: DefaultDestination | undefined;
  readonly destinations: Map<string, Destination>;
  readonly #workspaceId: string;
  readonly #random: () => number;
  readonly #closing = new AbortController();
  readonly #deliveries = new Set<Promise<void>>();

  constructor(workspaceId: string, destinations: Map<string, Destination>, random: () => number = Math.random) {
    this.#workspaceId = workspaceId;
    this.destinations = destinations;
    this.#random = random;
  }

  /** Notifies the destinations of the run, or of its task, that this has happened; returns whether there are any. */
  notify(event: RunEvent, run: RunRecord, task?: TaskRecord): boolean {
    const subject: Subject = task !== undefined ? task.settings : run.settings;
    const recipients = subject.webhook_notifications?.[`on_${event}`];
    if (recipients === undefined || isMuted(event, subject, run, task)) return false;
    for (const { id } of recipients) this.#send(id, event, run, task);
    return recipients.length > 0;
  }

  #send(destinationId: string, event: RunEvent, run: RunRecord, task: TaskRecord | undefined): void {
    const known = this.destinations.get(destinationId);
    const destination = known ?? this.fallback;
    if (destination === undefined) return;
    const { delaySeconds, dropChance, duplicateChance, ids } =
      known !== undefined
        ? { delaySeconds: 0, dropChance: 0, duplicateChance: 0, ids: 'string' as const }
        : { delaySeconds: 0, dropChance: 0, duplicateChance: 0, ids: 'string' as const, ...this.fallback };
    if (this.#random() < dropChance) return;
    const body = JSON.stringify(payload(event, run, task, this.#workspaceId, ids === 'string' ? String : Number));
    const times = this.#random() < duplicateChance ? 2 : 1;
    for (let time = 0; time < times; time++) {
      const delivery = this.#deliver(destination, body, delaySeconds).finally(() => this.#deliveries.delete(delivery));
      this.#deliveries.add(delivery);
    }
  }

  /** Databricks documents no retry, so there is none. */
  async #deliver({ url, username, password }: Destination, body: string, delaySeconds: number): Promise<void> {
    const { signal } = this.#closing;
    try {
      if (delaySeconds > 0) await delay(delaySeconds * 1_000, undefined, { signal });
      const credentials = Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64');
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(username === undefined ? {} : { authorization: `Basic ${credentials}` }),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(DELIVERY_TIMEOUT_MS)]),
      });
      await response.body?.cancel();
    } catch {
      // Lost, as any webhook may be.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#deliveries);
  }
}

function isMuted(
  event: RunEvent,
  { notification_settings: muted }: Subject,
  run: RunRecord,
  task?: TaskRecord,
): boolean {
  if (event !== 'failure') return false;
  const { lifeCycle, result } = (task ?? run).state;
  if (muted?.no_alert_for_skipped_runs === true && lifeCycle === 'SKIPPED') return true;
  if (muted?.no_alert_for_canceled_runs === true && result === 'CANCELED') return true;
  const retries = task?.settings.max_retries ?? 0;
  return (
    muted?.alert_on_last_attempt === true && task !== undefined && (retries === -1 || task.attemptNumber < retries)
  );
}

function payload(
  event: RunEvent,
  run: RunRecord,
  task: TaskRecord | undefined,
  workspaceId: string,
  idOf: (id: number | string) => string | number,
): object {
  return {
    event_type: `jobs.on_${event}`,
    workspace_id: idOf(workspaceId),
    ...(task === undefined ? {} : { task: { task_key: task.taskKey } }),
    run:
      task !== undefined ? { run_id: idOf(task.runId), parent_run_id: idOf(run.runId) } : { run_id: idOf(run.runId) },
    job: { job_id: idOf(run.jobId), name: run.runName },
  };
}
