import { Readable, Writable } from 'node:stream';
import { runProgram } from '../../cli/program.ts';

export interface CliAnswer {
  code: number;
  stdout: string;
  stderr: string;
  bytes: Buffer;
}

/** Runs the terminal client in this process, with streams of its own. */
export async function runCli(
  args: readonly string[],
  { env = {}, stdin = '', isTTY = false }: { env?: Record<string, string>; stdin?: string; isTTY?: boolean } = {},
): Promise<CliAnswer> {
  const [stdout, stderr] = [sink(isTTY), sink(isTTY)];
  const code = await runProgram(args, {
    stdin: Readable.from([stdin]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    onInterrupt: () => ({ [Symbol.dispose]: () => undefined }),
  });
  const bytes = Buffer.concat(stdout.chunks);
  return { code, stdout: bytes.toString(), stderr: Buffer.concat(stderr.chunks).toString(), bytes };
}

function sink(isTTY: boolean) {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer | string, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { chunks, stream: Object.assign(stream, { isTTY }) };
}
