import { fileURLToPath } from 'node:url';
import type { BoundedLog } from './bounded-log.ts';
import { startChild, type RunningChild } from './child-process.ts';
import type { Environment } from './host-environment.ts';

const script = fileURLToPath(new URL('functions-host/main.ts', import.meta.url));

/** Warnings of Node about what Azure's own libraries use: nothing that a reader of the log could change. */
const QUIET = ['DEP0005', 'DEP0040', 'DEP0169'].map((code) => `--disable-warning=${code}`);

/** How the Functions host is started as a process. */
export interface HostProcessOptions {
  appDir: string;
  /** Keys and the Durable engine's state. */
  dataDir: string;
  /** 0 picks a free port, which later starts keep. */
  port: number;
  /** Whether function keys are asked for. */
  auth: boolean;
  /** How long each message of the Durable task hub is on its way. */
  queueDelayMs: number;
  /** Whether it writes for people. */
  pretty: boolean;
  /** The program of Node that runs it. @default this process's */
  nodeFile?: string | undefined;
  env: Environment;
  log: BoundedLog;
  /** Gets a sentence now and then while it is not up. */
  onWaiting?: ((why: string) => void) | undefined;
}

/** The functions host as a child process that can be killed and started again at the same address. */
export class HostProcess implements AsyncDisposable {
  readonly #options: HostProcessOptions;
  #port: number;
  #child: RunningChild | undefined;

  constructor(options: HostProcessOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Resolves when the present process has ended. */
  get ended(): Promise<void> {
    return this.#child?.ended ?? Promise.resolve();
  }

  /**
   * Starts it; resolves when it listens. What is in `changes` holds for this start only; undefined takes a setting away.
   * @throws Error with its output when it does not come up
   */
  async start({
    signal,
    changes = {},
  }: { signal?: AbortSignal | undefined; changes?: Environment | undefined } = {}): Promise<void> {
    const { appDir, dataDir, auth, queueDelayMs, pretty, nodeFile, log, onWaiting } = this.#options;
    const env = { ...this.#options.env, ...changes };
    const keys = auth ? [] : ['--no-auth'];
    const delay = queueDelayMs === 0 ? [] : ['--queue-delay', String(queueDelayMs)];
    const place = ['--app', appDir, '--port', String(this.#port), '--data', dataDir];
    this.#child = await startChild({
      name: 'The functions host',
      // Strict, so that an app that leans on a value which Azure's host would change fails here.
      args: [...QUIET, script, ...place, '--strict', ...keys, ...delay, ...(pretty ? ['--pretty'] : [])],
      nodeFile,
      env: pretty ? { ...env, FORCE_COLOR: '1' } : env,
      ready: /^listening on http:\/\/127\.0\.0\.1:(\d+)$/m,
      log,
      signal,
      onWaiting,
    });
    this.#port = Number(this.#child.ready[1]);
  }

  /** SIGKILL: nothing is drained, nothing is saved. */
  async kill(): Promise<void> {
    await this.#child?.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child?.[Symbol.asyncDispose]();
  }
}
