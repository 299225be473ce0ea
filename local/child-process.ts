import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BoundedLog } from './bounded-log.ts';

// A URL: in a path Node takes a `#` for the beginning of a fragment.
const exitWithParent = new URL('exit-with-parent.ts', import.meta.url).href;
/** Compiled code is kept from one start to the next: more than half of the time to start goes into compiling. */
const compileCache = join(tmpdir(), 'node-compile-cache');
/** On a machine that is busy with other things everything takes several times as long. */
const DEFAULT_START_TIMEOUT_MS = 180_000;
/** How often it is said that a child is not up yet. */
const WAITING_NOTICE_MS = 15_000;
/** Longer than the functions host drains. */
const STOP_TIMEOUT_MS = 20_000;

/** How a child process is started and waited for. */
export interface ChildProcessOptions {
  /** What it is, for error messages: `the functions host`. */
  name: string;
  /** The script and its arguments. */
  args: string[];
  /** The program of Node that runs it. @default this process's */
  nodeFile?: string | undefined;
  /** The child's whole environment. */
  env: NodeJS.ProcessEnv;
  /** What its output holds once it is up. */
  ready: RegExp;
  /** Gets everything it writes, as it writes it. */
  log?: BoundedLog;
  signal?: AbortSignal | undefined;
  /** Gets a sentence every 15 seconds until it is up. */
  onWaiting?: ((why: string) => void) | undefined;
  /** @default 180,000 */
  startTimeoutMs?: number;
}

/** A child that is up. Disposing stops it: SIGTERM, and SIGKILL for one that does not go. */
export interface RunningChild extends AsyncDisposable {
  /** The match of `ready`. */
  readonly ready: RegExpExecArray;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  kill(): Promise<void>;
}

/**
 * Starts a Node script that ends when this process does, and waits until its output says that it is up.
 * @throws Error with the child's own output when it ends or is not up in time
 */
export async function startChild(options: ChildProcessOptions): Promise<RunningChild> {
  const log = options.log ?? new BoundedLog();
  const child = spawn(options.nodeFile ?? process.execPath, ['--import', exitWithParent, ...options.args], {
    env: { NODE_COMPILE_CACHE: compileCache, ...options.env, LOCAL_STACK_PID: String(process.pid) },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C reaches a whole process group, and what runs could not end without its storage: who started it says when.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      log.append(`${error.message}\n`);
      resolve();
    });
  });
  child.stdin.on('error', () => undefined); // The child may be gone before its pipe is closed.

  const ready = new Promise<RegExpExecArray>((resolve) => {
    let text = '';
    let found = false;
    const onData = (chunk: Buffer): void => {
      log.append(chunk.toString('utf8'));
      if (found) return;
      text += chunk.toString('utf8');
      const match = options.ready.exec(text);
      if (match === null) return;
      found = true;
      text = '';
      resolve(match);
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
  });

  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return ended;
    child.kill('SIGTERM');
    const patience = new AbortController();
    await Promise.race([ended, delay(STOP_TIMEOUT_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    child.kill('SIGKILL');
    await ended;
  };

  const timeoutMs = options.startTimeoutMs ?? DEFAULT_START_TIMEOUT_MS;
  let waitedMs = 0;
  const notices = setInterval(() => {
    waitedMs += WAITING_NOTICE_MS;
    options.onWaiting?.(`${options.name} is not up after ${waitedMs / 1_000} s of at most ${timeoutMs / 1_000} s`);
  }, WAITING_NOTICE_MS);
  const giveUp = AbortSignal.any([
    AbortSignal.timeout(timeoutMs),
    ...(options.signal !== undefined ? [options.signal] : []),
  ]);
  const outcome = await Promise.race([
    ready,
    ended.then(() => 'ended' as const),
    giveUp.aborted ? 'given up' : once(giveUp, 'abort').then(() => 'given up' as const),
  ]);
  clearInterval(notices);
  if (typeof outcome === 'string') {
    await stop();
    options.signal?.throwIfAborted();
    const what =
      outcome === 'ended' ? `ended with ${child.exitCode ?? child.signalCode}` : `was not up in ${timeoutMs} ms`;
    throw new Error(`${options.name} ${what}:\n${log.text()}`);
  }
  return {
    ready: outcome,
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    [Symbol.asyncDispose]: stop,
  };
}
