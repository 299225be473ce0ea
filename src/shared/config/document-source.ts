import type { z } from 'zod';
import { UNKNOWN_KEY } from '../schema-wording.ts';
import { AppError } from '../errors.ts';
import { parseJson } from '../json.ts';
import { repeatedName } from '../json-repeated-name.ts';
import { pointer } from '../json-pointer.ts';
import type { Log } from '../telemetry/log.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { DocumentUnreadableError, type DocumentReader } from './document-reader.ts';
import type { SettingName } from './env.ts';

/** How long a reading is used before the document is read again. */
const FRESH_MS = 60_000;
/** How long a document that could not be used is left alone. */
const LEAVE_ALONE_MS = 10_000;
const TIMEOUT_MS = 5_000;

const BOUNDS = { maxDepth: 100, maxValues: 100_000 };
const MAX_PROBLEMS = 100;

/** A JSON document of the operator's that may change while the app runs. */
export interface DocumentSource<Document> {
  /**
   * Reads the document again where it was read more than a minute ago, and waits for it: five seconds at most. Where
   * the last reading failed no request waits for the next, and the last usable document stays in use.
   * @throws {ConfigError} while there has been no usable one since the start
   */
  refresh(): Promise<void>;
  /** The last usable document. @throws {ConfigError} as `refresh` */
  current(): Document;
  /** Why the last reading could not be used; undefined where it could. */
  failure(): ConfigError | undefined;
}

/**
 * Keeps what `read` gives and `schema` makes of it. Nothing is read before it is asked for, and no timer runs.
 * Problems name their places in the document by JSON Pointers, and never quote what stands there.
 */
export function createDocumentSource<Document>(options: {
  /** The setting that names the document, for problems and log. */
  setting: SettingName;
  read: DocumentReader;
  /** Asked for with the first reading: whoever has no such document loads no schema of it. */
  schema: () => Promise<z.ZodType<Document>>;
  log: Log;
  now: () => number;
}): DocumentSource<Document> {
  const { setting, log, now } = options;
  let last: { document: Document; text: string } | undefined;
  let failure: ConfigError | undefined;
  let readAgainAtMs = -Infinity;
  let running: Promise<void> | undefined;

  const reload = async (): Promise<void> => {
    try {
      const text = await readText(options.read);
      if (text !== last?.text) {
        const document = await parseDocument(setting, text, await options.schema());
        if (last !== undefined) log.info('document.changed', { setting });
        last = { document, text };
      }
      failure = undefined;
      readAgainAtMs = now() + FRESH_MS;
    } catch (error) {
      failure = configError(setting, error);
      readAgainAtMs = now() + LEAVE_ALONE_MS;
      if (last === undefined) log.error('configuration.invalid', { problems: failure.problems, error });
      else log.warn('document.reload_failed', { setting, problems: failure.problems, error });
    }
  };

  return {
    async refresh() {
      if (now() >= readAgainAtMs) {
        running ??= reload().finally(() => {
          running = undefined;
        });
      }
      if (running !== undefined && (last === undefined || failure === undefined)) await running;
      if (last === undefined && failure !== undefined) throw failure;
    },
    current() {
      if (last !== undefined) return last.document;
      throw failure ?? new ConfigError([{ setting, problem: 'has not been read yet.' }]);
    },
    failure: () => failure,
  };
}

async function readText(read: DocumentReader): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await read(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new DocumentUnreadableError(`cannot be read: no response within ${TIMEOUT_MS} ms.`, { cause: error });
  }
}

async function parseDocument<Document>(
  setting: SettingName,
  text: string,
  schema: z.ZodType<Document>,
): Promise<Document> {
  const value = parseJson(text, BOUNDS);
  const repeated = repeatedName(text);
  if (repeated !== undefined) {
    const problem = `has an object in which ${JSON.stringify(repeated.slice(0, 100))} stands twice.`;
    throw new ConfigError([{ setting, problem }]);
  }
  const result = await schema.safeParseAsync(value);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.slice(0, MAX_PROBLEMS).map((issue): ConfigProblem => {
      const path = [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])];
      const message = issue.code === 'unrecognized_keys' ? UNKNOWN_KEY : issue.message;
      return { setting, problem: `is wrong at ${path.length === 0 ? 'its top' : pointer(path)}: ${message}` };
    }),
  );
}

function configError(setting: SettingName, error: unknown): ConfigError {
  if (error instanceof ConfigError) return error;
  const why = error instanceof AppError ? error.message : 'the log of the app says why.';
  const problem = error instanceof DocumentUnreadableError ? error.message : `cannot be used: ${why}`;
  return new ConfigError([{ setting, problem }]);
}
