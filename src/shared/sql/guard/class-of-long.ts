import { Worker } from 'node:worker_threads';
import { GuardBusyError, StatementFailedError } from '../sql-error.ts';
import type { ClassReply } from './class-reply.ts';
import type { StatementClass } from './statement-class.ts';

/** A statement of 10 MB is read in two seconds. */
const DEADLINE_MS = 20_000;
/** A million tokens take 200 MB. */
const MAX_HEAP_MB = 512;
/** Beside the bundle, or beside this file. */
const PROGRAM = new URL(`./class-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

/**
 * The statements that wait are held in memory, and so is the time of those who sent them: some ten seconds of reading.
 */
const MAX_WAITING_CHARS = 40_000_000;

let last: Promise<unknown> = Promise.resolve();
let waitingChars = 0;

/**
 * The class of a long statement, read in a thread of its own, so that the process is held by none; one at a time, so
 * that memory is bounded.
 * @throws {StatementFailedError} 422, as `classOf`, or where reading takes more than it may.
 * @throws {GuardBusyError} 503, where too much waits to be read.
 */
export async function classOfLong(statement: string): Promise<StatementClass> {
  if (waitingChars + statement.length > MAX_WAITING_CHARS) throw new GuardBusyError();
  waitingChars += statement.length;
  const reading = last.then(() => read(statement)).finally(() => (waitingChars -= statement.length));
  last = reading.catch(() => undefined);
  const reply = await reading;
  if ('found' in reply) return reply.found;
  throw new StatementFailedError(reply.failure.message, reply.failure);
}

async function read(statement: string): Promise<ClassReply> {
  const worker = new Worker(PROGRAM, {
    workerData: statement,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  const reply = new Promise<ClassReply>((resolve, reject) => {
    const timer = setTimeout(() => reject(tooMuch('time')), DEADLINE_MS);
    worker.once('message', resolve);
    worker.once('error', (error: Error & { code?: string }) =>
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch('memory') : error),
    );
    worker.once('exit', () => {
      clearTimeout(timer);
      reject(new Error('The thread that reads statements ended without a word.'));
    });
  });
  try {
    return await reply;
  } finally {
    await worker.terminate();
  }
}

function tooMuch(what: string): StatementFailedError {
  return new StatementFailedError(`The statement takes too much ${what} to read.`, {
    code: 'STATEMENT_UNREADABLE',
    sqlState: '54001',
  });
}
