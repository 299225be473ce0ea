import type { RunOrchestrations, OrchestrationStatus } from '../../src/shared/durable/run-orchestrations.ts';
import type { WatchState } from '../../src/shared/workflow/watch-runs.ts';
import type { TrackState } from '../../src/shared/workflow/track-state.ts';
import type { RunEvent } from '../../src/shared/workflow/interruptible-timer.ts';

/** A Durable engine in memory: orchestrations stand as a test says, and what is asked of them is noted. */
export class MemoryOrchestrations implements RunOrchestrations {
  readonly standings = new Map<string, OrchestrationStatus>();
  readonly started: { instanceId: string; state: TrackState }[] = [];
  readonly woken: { instanceId: string; reason: RunEvent['reason'] }[] = [];
  readonly terminated: string[] = [];
  readonly purged: string[] = [];
  /** What an orchestration does when it is woken; nothing where it is dead. */
  onWake: (instanceId: string, wake: RunEvent) => Promise<void> = async () => undefined;

  async start(instanceId: string, state: TrackState): Promise<void> {
    this.started.push({ instanceId, state });
    this.standings.set(instanceId, 'active');
  }

  async wake(instanceId: string, wake: RunEvent): Promise<void> {
    this.woken.push({ instanceId, reason: wake.reason });
    await this.onWake(instanceId, wake);
  }

  readonly watchers: WatchState[] = [];

  /** Without one, runs are read by their own orchestrations. */
  hasWatcher = true;

  async startWatcher(state: WatchState): Promise<void> {
    if (!this.hasWatcher) throw new Error('There are no watchers here.');
    this.watchers.push(state);
  }

  async watcherStatus(workspace: string, turn: number): Promise<OrchestrationStatus> {
    return this.watchers.some((watcher) => watcher.workspace === workspace && watcher.turn === turn)
      ? 'active'
      : 'none';
  }

  async terminateWatcher(): Promise<void> {
    // None of them is ever dead.
  }

  async readEarlier(): Promise<void> {
    // Whoever tests it reads at once.
  }

  async status(instanceId: string): Promise<OrchestrationStatus> {
    return this.standings.get(instanceId) ?? 'none';
  }

  async admission(): Promise<undefined> {
    return undefined;
  }

  async signalAdmission(): Promise<void> {
    // There are no gates here.
  }

  async terminate(instanceId: string): Promise<void> {
    this.terminated.push(instanceId);
    this.standings.set(instanceId, 'ended');
  }

  async purge(instanceId: string): Promise<void> {
    this.purged.push(instanceId);
    this.standings.delete(instanceId);
  }
}
