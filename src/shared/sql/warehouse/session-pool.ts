import type { DriverSession } from './driver-types.ts';
import type { PreparedSession } from './prepare-session.ts';
import type { Namespace } from './server-facts.ts';

/** A session lent to one statement at a time. */
export interface PooledSession extends PreparedSession {
  /** Whether it served another statement before, so that it may have died since. */
  readonly reused: boolean;
  readonly isReleased: boolean;
  /**
   * Gives it back. Only a session without any state of its last user may be lent again; any other is closed.
   * A failure to close is ignored: the warehouse reaps idle sessions.
   */
  release(state: 'as_new' | 'spent'): void;
}

/** What sessions are opened with, and how many. */
export interface SessionPoolOptions {
  /** Opens a session; says when the token that it was opened with ends. */
  open(namespace: Namespace): Promise<PreparedSession & { expiresAtMs: number }>;
  now(): number;
  /** Sessions idle for longer are closed. */
  maxIdleMs?: number;
  /** Idle sessions kept for one namespace. */
  maxIdleSessions?: number;
}

interface IdleSession extends PreparedSession {
  readonly expiresAtMs: number;
  readonly idleSinceMs: number;
}

/** A session ends this long before its token: a statement that has begun should not lose it on the way. */
const EXPIRY_MARGIN_MS = 60_000;
const MAX_NAMESPACES = 100;

/** Keeps idle sessions by namespace. One session never serves two statements at once. */
export class SessionPool implements AsyncDisposable {
  readonly #options: Required<SessionPoolOptions>;
  readonly #idle = new Map<string, IdleSession[]>();
  readonly #closing = new Set<Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(options: SessionPoolOptions) {
    this.#options = { maxIdleMs: 60_000, maxIdleSessions: 32, ...options };
  }

  /** A session for one statement: an idle one, else a new one. */
  async lease(namespace: Namespace): Promise<PooledSession> {
    const key = JSON.stringify([namespace.catalog, namespace.schema]);
    const idle = this.#takeIdle(key);
    const { expiresAtMs, ...prepared } = idle ?? (await this.#options.open(namespace));
    const { session } = prepared;
    let released = false;
    return {
      ...prepared,
      reused: idle !== undefined,
      get isReleased() {
        return released;
      },
      release: (state) => {
        if (released) return;
        released = true;
        if (state === 'as_new') this.#keep(key, { ...prepared, expiresAtMs, idleSinceMs: this.#options.now() });
        else this.#close(session);
      },
    };
  }

  /** Closes every idle session, as when the token they were opened with turns out to be refused. */
  clear(): void {
    for (const sessions of this.#idle.values()) for (const { session } of sessions) this.#close(session);
    this.#idle.clear();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.clear();
    await Promise.all(this.#closing);
  }

  #takeIdle(key: string): IdleSession | undefined {
    const sessions = this.#idle.get(key) ?? [];
    for (let idle = sessions.pop(); idle !== undefined; idle = sessions.pop()) {
      if (this.#isFresh(idle)) return idle;
      this.#close(idle.session);
    }
    return undefined;
  }

  #isFresh({ expiresAtMs, idleSinceMs }: IdleSession): boolean {
    const now = this.#options.now();
    return now < expiresAtMs - EXPIRY_MARGIN_MS && now - idleSinceMs < this.#options.maxIdleMs;
  }

  #keep(key: string, idle: IdleSession): void {
    const sessions = this.#idle.get(key) ?? [];
    const isRoom = this.#idle.has(key) || this.#idle.size < MAX_NAMESPACES;
    if (this.#disposed || !isRoom || sessions.length >= this.#options.maxIdleSessions || !this.#isFresh(idle)) {
      this.#close(idle.session);
      return;
    }
    sessions.push(idle);
    this.#idle.set(key, sessions);
    this.#timer ??= setInterval(() => this.#reap(), this.#options.maxIdleMs / 2).unref();
  }

  #reap(): void {
    for (const [key, sessions] of this.#idle) {
      const fresh = sessions.filter((idle) => this.#isFresh(idle));
      for (const idle of sessions) if (!fresh.includes(idle)) this.#close(idle.session);
      if (fresh.length === 0) this.#idle.delete(key);
      else this.#idle.set(key, fresh);
    }
    if (this.#idle.size === 0) this.clear();
  }

  #close(session: DriverSession): void {
    const closing = session.close().catch(() => undefined);
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }
}
