import { mkdtemp, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Data, RecordBatch, Schema } from 'apache-arrow';
import { batchMessage, END_OF_STREAM, schemaMessage } from '../arrow/arrow-messages.ts';
import type { Column } from '../types/column-type.ts';
import type { ResultFormat } from './statement-request.ts';
import { textReader } from '../arrow/value-text.ts';

/** A part of a result. */
export interface Chunk {
  index: number;
  rowOffset: number;
  rowCount: number;
  byteCount: number;
}

/** A result kept on disk in chunks, each a document of its own in the statement's format. */
export class ResultChunks implements AsyncDisposable {
  readonly chunks: Chunk[] = [];
  readonly #directory: string;
  readonly #columns: Column[];
  readonly #schema: Schema;
  readonly #format: ResultFormat;
  readonly #chunkBytes: number;
  #current: { file: FileHandle; chunk: Chunk } | undefined;

  private constructor(
    directory: string,
    result: { columns: Column[]; schema: Schema; format: ResultFormat; chunkBytes: number },
  ) {
    this.#directory = directory;
    this.#columns = result.columns;
    this.#schema = result.schema;
    this.#format = result.format;
    this.#chunkBytes = result.chunkBytes;
  }

  static async create(result: {
    columns: Column[];
    schema: Schema;
    format: ResultFormat;
    chunkBytes: number;
  }): Promise<ResultChunks> {
    return new ResultChunks(await mkdtemp(join(tmpdir(), 'sql-result-')), result);
  }

  get rowCount(): number {
    return this.chunks.reduce((total, chunk) => total + chunk.rowCount, 0);
  }

  get byteCount(): number {
    return this.chunks.reduce((total, chunk) => total + chunk.byteCount, 0);
  }

  async append(batch: RecordBatch): Promise<void> {
    if (batch.numRows === 0) return;
    this.#current ??= await this.#begin();
    const { chunk } = this.#current;
    await this.#write(this.#encode(batch, chunk.rowCount === 0));
    chunk.rowCount += batch.numRows;
    if (chunk.byteCount >= this.#chunkBytes) await this.end();
  }

  /** Completes the last chunk. */
  async end(): Promise<void> {
    if (this.#current === undefined) return;
    if (this.#format === 'ARROW_STREAM') await this.#write(END_OF_STREAM);
    if (this.#format === 'JSON_ARRAY') await this.#write(Buffer.from(']'));
    await this.#current.file.close();
    this.#current = undefined;
  }

  file(index: number): string {
    return join(this.#directory, String(index));
  }

  async read(index: number): Promise<Buffer> {
    return readFile(this.file(index));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#current?.file.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #begin(): Promise<{ file: FileHandle; chunk: Chunk }> {
    const index = this.chunks.length;
    const chunk = { index, rowOffset: this.rowCount, rowCount: 0, byteCount: 0 };
    this.chunks.push(chunk);
    return { file: await open(this.file(index), 'w'), chunk };
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#current === undefined) return;
    await this.#current.file.write(bytes);
    this.#current.chunk.byteCount += bytes.length;
  }

  #encode(batch: RecordBatch, isFirst: boolean): Buffer {
    if (this.#format === 'ARROW_STREAM') {
      const message = batchMessage(batch);
      return isFirst ? Buffer.concat([schemaMessage(this.#schema), message]) : message;
    }
    const texts = this.#columns.map(({ type }, index) => textReader(type, batch.data.children[index] as Data, 'iso'));
    const rows: string[] = [];
    if (this.#format === 'JSON_ARRAY') {
      for (let row = 0; row < batch.numRows; row++) rows.push(JSON.stringify(texts.map((text) => text(row))));
      return Buffer.from(`${isFirst ? '[' : ','}${rows.join(',')}`);
    }
    // Only the first chunk has a header, and null is the word, as Databricks documents.
    if (isFirst && this.chunks.length === 1) rows.push(this.#columns.map(({ name }) => csvField(name)).join(','));
    for (let row = 0; row < batch.numRows; row++)
      rows.push(texts.map((text) => csvField(text(row) ?? 'null')).join(','));
    return Buffer.from(`${rows.join('\r\n')}\r\n`);
  }
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
