import type { Column, ColumnType } from '../types/column-type.ts';
import type { ExternalLinks } from './external-links.ts';
import type { Statement } from '../engine/statement.ts';

/** What the API returns for a statement; with the first chunk of its result once it has succeeded. */
export async function statementJson(statement: Statement, links: ExternalLinks): Promise<object> {
  const { id, state, error } = statement;
  const json = {
    statement_id: id,
    status: {
      state,
      ...(error === undefined
        ? {}
        : {
            error: { error_code: error.code, message: error.message },
            ...(error.sqlState ? { sql_state: error.sqlState } : {}),
          }),
    },
  };
  if (state !== 'SUCCEEDED') return json;
  return { ...json, manifest: manifestJson(statement), result: await chunkJson(statement, 0, links) };
}

function manifestJson({ request, columns, chunks, isTruncated }: Statement): object {
  const all = chunks?.chunks ?? [];
  return {
    format: request.format,
    schema: {
      column_count: columns.length,
      ...(columns.length > 0 ? { columns: columns.map(columnJson) } : {}),
    },
    total_chunk_count: all.length,
    ...(all.length > 0
      ? {
          chunks: all.map(({ index, rowOffset, rowCount, byteCount }) => ({
            chunk_index: index,
            row_offset: rowOffset,
            row_count: rowCount,
            byte_count: byteCount,
          })),
        }
      : {}),
    total_row_count: chunks?.rowCount ?? 0,
    total_byte_count: chunks?.byteCount ?? 0,
    truncated: isTruncated,
  };
}

function columnJson({ name, type }: Column, position: number): object {
  return {
    name,
    type_text: type.text,
    type_name: type.name,
    position,
    ...(type.kind === 'decimal' ? { type_precision: type.precision, type_scale: type.scale } : {}),
    ...(type.kind === 'interval' ? { type_interval_type: intervalType(type) } : {}),
  };
}

function intervalType({ text }: ColumnType): string {
  return text.replace('INTERVAL ', '');
}

/** A chunk of a result: its rows, or a link to them. `{}` when there are no rows. */
export async function chunkJson(statement: Statement, index: number, links: ExternalLinks): Promise<object> {
  const { chunks, request } = statement;
  const chunk = chunks?.chunks[index];
  if (chunks === undefined || chunk === undefined) return {};
  const isLast = index === chunks.chunks.length - 1;
  const described = {
    chunk_index: index,
    row_offset: chunk.rowOffset,
    row_count: chunk.rowCount,
    byte_count: chunk.byteCount,
    ...(isLast
      ? {}
      : {
          next_chunk_index: index + 1,
          next_chunk_internal_link: `/api/2.0/sql/statements/${statement.id}/result/chunks/${index + 1}?row_offset=${chunk.rowOffset + chunk.rowCount}`,
        }),
  };
  if (request.disposition === 'INLINE') {
    const bytes = await chunks.read(index);
    return { ...described, data_array: JSON.parse(bytes.toString('utf8')) as unknown };
  }
  const { url, expiration } = links.link(statement.id, index);
  return { external_links: [{ ...described, external_link: url, expiration }] };
}
