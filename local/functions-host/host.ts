import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockData } from './data-lock.ts';
import { durableClientInput } from './durable/client-input.ts';
import { readDurableFunctions } from './durable/durable-functions.ts';
import { Engine } from './durable/engine.ts';
import { DurableHttpApi } from './durable/http-api.ts';
import { Store } from './durable/store.ts';
import { readCorsRules } from './http/cors.ts';
import { serveDurable } from './http/durable-endpoint.ts';
import { Forwarder } from './http/forward.ts';
import { Front } from './http/front.ts';
import { type HttpFunction, readHttpFunctions } from './http/http-functions.ts';
import { durableSegments } from './http/path-segments.ts';
import { createRouter } from './http/router.ts';
import { Invoker } from './invoker.ts';
import { openKeys } from './keys.ts';
import { describeError, type Log, readLogEntry, systemEntry } from './log.ts';
import { OutputBindings } from './outputs/output-bindings.ts';
import type { RunningTrigger } from './running-trigger.ts';
import type { HostJson, LocalSettings } from './settings.ts';
import { durationMs, resolveSettings } from './settings.ts';
import { azureValues, plainValues } from './strict.ts';
import { unsupportedBindings } from './supported-bindings.ts';
import { EventGridWebhook } from './triggers/event-grid.ts';
import { startQueueTriggers } from './triggers/queue.ts';
import { startTimerTriggers } from './triggers/timer.ts';
import {
  type AppFunction,
  type AppWorker,
  type CreateAppWorker,
  isTriggeredBy,
  readFunctions,
} from './worker/app-worker.ts';

/** How long a stop waits for what is running, as Azure's host does. */
const DRAIN_TIMEOUT_MS = 15_000;

/** What the host is started with. */
export interface HostOptions {
  /** The app's directory. */
  app: string;
  port: number;
  /** Where the database and the keys are. */
  data: string;
  isAuthOff: boolean;
  isStrict: boolean;
  /** Whether what a killed host was running waits for the visibility timeout of its message. */
  hasVisibilityTimeouts: boolean;
  /** How long each message of the Durable task hub is on its way. */
  queueDelayMs: number;
  hostJson: HostJson;
  localSettings: LocalSettings;
  /** App settings. */
  env: NodeJS.ProcessEnv;
  createWorker: CreateAppWorker;
  log: Log;
}

/** Runs one function app. */
export class FunctionsHost {
  readonly #options: HostOptions;
  readonly #front: Front;
  readonly #rpc: Front;
  #lock: Disposable | undefined;
  #worker: AppWorker | undefined;
  #store: Store | undefined;
  #engine: Engine | undefined;
  #invoker: Invoker | undefined;
  #forwarder: Forwarder | undefined;
  #triggers: RunningTrigger[] = [];
  #functions: ReadonlyMap<string, AppFunction> = new Map();
  #httpFunctions: HttpFunction[] = [];

  constructor(options: HostOptions) {
    this.#options = options;
    this.#front = new Front(options);
    this.#rpc = new Front(options);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#front.port}`;
  }

  /** Loads the app and serves it. @throws when the port is taken, a setting is wrong or a file of the app cannot be loaded. */
  async start(): Promise<void> {
    const { app, port, data, env, log, createWorker, hostJson, localSettings, isAuthOff } = this.#options;
    this.#lock = lockData(data);
    await this.#front.listen(port);
    await this.#rpc.listen(0);
    const keys = openKeys(data);
    env['WEBSITE_HOSTNAME'] = `localhost:${this.#front.port}`;
    this.#worker = await createWorker({ app, log: (entry) => log(readLogEntry(entry)) });
    await this.#worker.start();
    this.#functions = enabledFunctions(readFunctions(this.#worker), env);
    this.#warnOfSameNames();
    for (const fn of this.#functions.values())
      for (const problem of unsupportedBindings(fn)) log(systemEntry('warning', `'${fn.name}': ${problem}`, fn.name));
    const { http, durableTask, queues } = hostJson.extensions;
    this.#httpFunctions = readHttpFunctions(this.#functions.values(), http.routePrefix.replaceAll(/^\/|\/$/g, ''));
    const outputs = new OutputBindings({ log, env, messageEncoding: queues.messageEncoding });
    const invoker = new Invoker({ worker: this.#worker, log, outputs });
    this.#invoker = invoker;
    this.#store = new Store(path.join(data, 'hub.db'));
    const hubName = resolveSettings(durableTask.hubName, env);
    this.#engine = this.#createEngine(invoker, this.#store, hubName);
    const key = keys.systemKeys['durabletask_extension'] ?? '';
    const durable = new DurableHttpApi(this.#engine, key);
    const origin = (): string => `http://localhost:${this.#front.port}`;
    const rpcBaseUrl = `http://127.0.0.1:${this.#rpc.port}/durabletask/`;
    invoker.durableClient = {
      string: JSON.stringify(durableClientInput({ origin: origin(), key, hub: hubName }, rpcBaseUrl)),
    };
    const HttpUri = this.#worker.capabilities['HttpUri'];
    this.#forwarder = HttpUri ? new Forwarder(HttpUri) : undefined;
    this.#rpc.open((request, response, url) =>
      serveDurable(durable, request, response, url, durableSegments(url.pathname).slice(1)),
    );
    this.#front.open(
      createRouter({
        keys: isAuthOff ? undefined : keys,
        cors: readCorsRules(localSettings.Host),
        functions: this.#functions,
        httpFunctions: this.#httpFunctions,
        invoker,
        forwarder: this.#forwarder,
        durable,
        counts: this.#engine.hub.counts,
        isStrict: this.#options.isStrict,
        eventGrid: new EventGridWebhook(this.#functions, invoker),
        origin,
      }),
    );
    this.#engine.start();
    const shared = { functions: [...this.#functions.values()], invoker, env, log };
    this.#triggers = [
      startTimerTriggers({ ...shared, store: this.#store, now: Date.now }),
      startQueueTriggers({ ...shared, settings: queues }),
    ];
    await this.#store.committed();
  }

  /** What each function listens to: methods and URL, or the type of its trigger. */
  describeFunctions(): { name: string; listensTo: string }[] {
    return [...this.#functions.values()].map((fn) => {
      const http = this.#httpFunctions.find((each) => each.fn === fn);
      const listensTo =
        http !== undefined ? `[${http.methods?.join(',') ?? 'ANY'}] ${this.url}/${http.path}` : fn.trigger.type;
      return { name: fn.name, listensTo };
    });
  }

  /** Takes no more work, lets what is running end for up to 15 s, and closes everything. */
  async stop(): Promise<void> {
    const { log } = this.#options;
    this.#front.drain();
    const triggers = Promise.allSettled(this.#triggers.map((trigger) => trigger.stop()));
    this.#engine?.stop();
    const deadline = performance.now() + DRAIN_TIMEOUT_MS;
    while (this.#isBusy() && performance.now() < deadline) await sleep(20);
    if (this.#isBusy()) log(systemEntry('warning', 'stopped while invocations were still running'));
    await Promise.race([triggers, sleep(Math.max(0, deadline - performance.now()), undefined, { ref: false })]);
    this.#front.close();
    this.#rpc.close();
    this.#forwarder?.[Symbol.dispose]();
    try {
      await this.#worker?.stop();
    } catch (error) {
      log(systemEntry('error', `the app's stop failed: ${describeError(error)}`));
    }
    this.#store?.[Symbol.dispose]();
    this.#lock?.[Symbol.dispose]();
  }

  /** Azure's names are the same in any case; such an app does not start there. */
  #warnOfSameNames(): void {
    const names = [...this.#functions.keys()];
    for (const name of names) {
      const other = names.find((each) => each !== name && each.toLowerCase() === name.toLowerCase());
      if (other && other > name)
        this.#options.log(systemEntry('warning', `"${name}" and "${other}" are the same function name on Azure`));
    }
  }

  #isBusy(): boolean {
    return this.#front.active > 0 || (this.#invoker?.running ?? 0) > 0 || (this.#engine?.running ?? 0) > 0;
  }

  #createEngine(invoker: Invoker, store: Store, hubName: string): Engine {
    const { log, isStrict, hasVisibilityTimeouts, queueDelayMs, hostJson, env } = this.#options;
    return new Engine({
      store,
      settings: { ...hostJson.extensions.durableTask, hubName },
      functions: readDurableFunctions(this.#functions.values()),
      invoker: {
        invoke: (fn, input, more = {}) =>
          invoker.invoke(fn, {
            ...more,
            input,
            logged: isTriggeredBy(fn, 'orchestrationTrigger') ? 'nothing' : 'failures',
          }),
        env,
        conversion: isStrict ? azureValues : plainValues,
        log: (level, message, functionName) => log(systemEntry(level, message, functionName)),
      },
      now: Date.now,
      queueDelayMs,
      hiddenActivityMs: hasVisibilityTimeouts
        ? durationMs(hostJson.extensions.durableTask.storageProvider.workItemQueueVisibilityTimeout)
        : undefined,
    });
  }
}

/** `AzureWebJobs.NAME.Disabled=true` switches a function off. */
function enabledFunctions(functions: Map<string, AppFunction>, env: NodeJS.ProcessEnv): Map<string, AppFunction> {
  const isDisabled = ({ name }: AppFunction): boolean =>
    /^(true|1)$/i.test(env[`AzureWebJobs.${name}.Disabled`] ?? env[`AzureWebJobs_${name}_Disabled`] ?? '');
  return new Map([...functions].filter(([, fn]) => !isDisabled(fn)));
}
