import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Keys } from '../keys.ts';

const main = path.join(import.meta.dirname, '..', 'main.ts');

/** The apps of these tests, by directory name. */
export function appDirectory(name: string): string {
  return path.join(import.meta.dirname, name);
}

export interface HostProcessOptions {
  /** Directory of the app. */
  app: string;
  /** Where it keeps its state; without one a temporary directory is made, and deleted at the end. */
  data?: string;
  port?: number;
  args?: string[];
  env?: Record<string, string>;
}

/** A functions host in a process of its own. */
export class HostProcess implements AsyncDisposable {
  readonly data: string;
  readonly #options: HostProcessOptions;
  readonly #isDataOurs: boolean;
  #child: ChildProcess | undefined;
  #output = '';
  url = '';

  constructor(options: HostProcessOptions) {
    this.#options = options;
    this.#isDataOurs = options.data === undefined;
    this.data = options.data ?? mkdtempSync(path.join(os.tmpdir(), 'functions-host-'));
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  /** Everything written so far on standard output and standard error. */
  get output(): string {
    return this.#output;
  }

  get keys(): Keys {
    return JSON.parse(readFileSync(path.join(this.data, 'keys.json'), 'utf8')) as Keys;
  }

  /** Resolves when it listens; rejects with its output if it ends before. */
  async start(): Promise<this> {
    const { app, port = 0, args = ['--no-auth'], env = {} } = this.#options;
    const child = spawn(process.execPath, [main, '--app', app, '--port', String(port), '--data', this.data, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const listening = Promise.withResolvers<string>();
    let line = '';
    const read = (chunk: Buffer): void => {
      this.#output += chunk.toString();
      line += chunk.toString();
      const match = /^listening on (\S+)$/m.exec(line);
      if (match?.[1]) listening.resolve(match[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString();
    });
    child.once('close', (code) => listening.reject(new Error(`the host ended with ${code}: ${this.#output}`)));
    this.url = await listening.promise;
    return this;
  }

  /** Sends a signal and resolves with the exit code, null if the signal ended it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
    return child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
    if (this.#isDataOurs) rmSync(this.data, { recursive: true, force: true });
  }
}

/** Starts a host on a free port. */
export function startHost(options: HostProcessOptions): Promise<HostProcess> {
  return new HostProcess(options).start();
}
