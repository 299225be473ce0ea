import type { ScheduledActivity, TaskHub } from './task-hub.ts';

/**
 * Activities whose message was taken from the queue, with the time until which nobody else sees it: after a kill such an activity waits for that time, as on
 * Azure (`workItemQueueVisibilityTimeout`). While the host lives the time is renewed.
 */
export class TakenActivities {
  readonly #hub: TaskHub;
  readonly #hiddenMs: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  #renewing: NodeJS.Timeout | undefined;

  constructor(hub: TaskHub, hiddenMs: number) {
    this.#hub = hub;
    this.#hiddenMs = hiddenMs;
  }

  /** Calls `onVisible` for each activity of a host that was killed, as soon as its message can be seen again. */
  start(waiting: ScheduledActivity[], onVisible: (activity: ScheduledActivity) => void): void {
    const { store } = this.#hub;
    store.atomic(() => {
      store.run('DELETE FROM taken_activities WHERE seq NOT IN (SELECT seq FROM activities)');
      store.run('UPDATE taken_activities SET own=0');
    });
    const rows = store.all<{ seq: number; until: number }>('SELECT seq, until FROM taken_activities');
    const hiddenUntil = new Map(rows.map(({ seq, until }) => [seq, until]));
    for (const activity of waiting) {
      const delayMs = (hiddenUntil.get(activity.seq) ?? 0) - this.#hub.now();
      if (delayMs <= 0) {
        onVisible(activity);
        continue;
      }
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        onVisible(activity);
      }, delayMs);
      this.#timers.add(timer);
    }
    this.#renewing = setInterval(() => this.#renew(), this.#hiddenMs / 2);
  }

  /** To be called when an activity begins. */
  take({ seq }: ScheduledActivity): void {
    const { store } = this.#hub;
    const until = this.#hub.now() + this.#hiddenMs;
    store.atomic(() => store.run('INSERT OR REPLACE INTO taken_activities(seq,until,own) VALUES(?,?,1)', seq, until));
  }

  /** To be called when it has ended; inside a transaction. */
  settle({ seq }: ScheduledActivity): void {
    this.#hub.store.run('DELETE FROM taken_activities WHERE seq=?', seq);
  }

  /** Gives back what is left, as a host that stops does. */
  stop(): void {
    clearInterval(this.#renewing);
    for (const timer of this.#timers) clearTimeout(timer);
    const { store } = this.#hub;
    store.atomic(() => store.run('DELETE FROM taken_activities WHERE own=1'));
  }

  #renew(): void {
    const { store } = this.#hub;
    const until = this.#hub.now() + this.#hiddenMs;
    store.atomic(() => store.run('UPDATE taken_activities SET until=? WHERE own=1', until));
  }
}
