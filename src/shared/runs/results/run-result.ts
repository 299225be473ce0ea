import type { TaskDocument } from '../../domain/task-document.ts';
import { stringifyJson } from '../../json.ts';
import type { OpenBlob } from '../../storage/open-blob.ts';
import type { RunArchive } from '../../ledger/run-archive.ts';
import type { RunDocument } from '../../domain/run-document.ts';
import { keptIterations } from './for-each-iterations.ts';
import { hasOutput } from './task-outputs.ts';

/**
 * Outputs are opened so many ahead of the one that is being passed on: a thousand small ones are not a thousand waits.
 */
const OPENED_AHEAD = 8;

/**
 * The result document of a completed run as JSON, piece by piece: the run document, each task with its output, and for
 * a single task the same notebook output again at the top. Holds no output whole.
 * @throws {StorageUnavailableError}
 */
export async function* resultChunks(
  archive: RunArchive,
  document: RunDocument,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { tasks, ...run } = document;
  yield Buffer.from(`${stringifyJson(run).slice(0, -1)},"tasks":[`);
  let isFirst = true;
  for await (const { task, output } of openedOutputs(archive, document, signal)) {
    if (!isFirst) yield Buffer.from(',');
    isFirst = false;
    if (output === undefined) yield Buffer.from(stringifyJson(task));
    else if (task.is_for_each === undefined) yield* output.chunks();
    else yield* withIterations(archive, document, { task, output }, signal);
    if (tasks.length === 1) yield* notebookOutput(output);
  }
  yield Buffer.from(tasks.length === 1 ? '}' : ']}');
}

/** A for-each task with its output and, as its last member, its iterations with theirs. */
async function* withIterations(
  archive: RunArchive,
  { id, attempt }: RunDocument,
  { task, output }: { task: TaskDocument; output: OpenBlob },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterations = await keptIterations(archive, { id, attempt, taskRunId: task.run_id });
  if (iterations === undefined) {
    yield* output.chunks();
    return;
  }
  yield* withoutLastByte(output.chunks());
  yield Buffer.from(',"iterations":[');
  let isFirst = true;
  for await (const { task: iteration, output: own } of openedOutputs(
    archive,
    { id, attempt, tasks: iterations },
    signal,
  )) {
    if (!isFirst) yield Buffer.from(',');
    isFirst = false;
    if (own === undefined) yield Buffer.from(stringifyJson(iteration));
    else yield* own.chunks();
  }
  yield Buffer.from(']}');
}

/** An object's text without the brace at its end. */
async function* withoutLastByte(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let last: Uint8Array | undefined;
  for await (const chunk of chunks) {
    if (last !== undefined) yield last;
    last = chunk;
  }
  if (last !== undefined) yield last.subarray(0, -1);
}

/** Ends the list of the only task; its notebook output is the last member of the object that was kept of it. */
async function* notebookOutput(output: OpenBlob | undefined): AsyncGenerator<Uint8Array> {
  const at = output?.metadata['notebookat'];
  yield Buffer.from(']');
  if (output === undefined || at === undefined) return;
  yield Buffer.from(',"notebook_output":');
  yield* withoutLastByte(output.chunksFrom(Number(at)));
}

interface OpenedOutput {
  task: TaskDocument;
  output: OpenBlob | undefined;
}

/** In the order of the tasks. What has been opened and is not asked for is closed. */
async function* openedOutputs(
  archive: RunArchive,
  { id, attempt, tasks }: Pick<RunDocument, 'id' | 'attempt' | 'tasks'>,
  signal: AbortSignal,
): AsyncGenerator<OpenedOutput> {
  const open = async (task: TaskDocument): Promise<OpenedOutput> => {
    const key = { id, attempt, taskRunId: task.run_id };
    return { task, output: hasOutput(task) ? await archive.openOutput(key, signal) : undefined };
  };
  const opening: Promise<OpenedOutput>[] = [];
  const left = tasks.values();
  try {
    for (;;) {
      for (const task of left.take(OPENED_AHEAD - opening.length)) {
        const opened = open(task);
        // One that fails ahead of its turn is thrown in its turn.
        opened.catch(() => undefined);
        opening.push(opened);
      }
      const next = await opening.shift();
      if (next === undefined) return;
      try {
        yield next;
      } finally {
        next.output?.close();
      }
    }
  } finally {
    for (const opened of opening)
      void opened.then(
        ({ output }) => output?.close(),
        () => undefined,
      );
  }
}
