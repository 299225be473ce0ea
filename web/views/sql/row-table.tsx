import { useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import type { Query } from './query.ts';

const ROW_PX = 28;
const SHOWN_ROWS = 18;
/** Browsers give no element more height than some 17 million pixels: with more rows, a pixel is more than its share. */
const MAX_HEIGHT_PX = 8_000_000;
/** The widths of columns are made for the first rows, between these numbers of characters. */
const MEASURED_ROWS = 50;
const LEAST_WIDTH = 6;
const MOST_WIDTH = 42;

/** The rows of a query, of which only those that are seen are drawn, however many there are. */
export function RowTable({ query }: { query: Query }) {
  const count = query.count.value;
  const first = useSignal(0);
  const scroller = useRef<HTMLDivElement>(null);
  const columns = useMemo(() => columnsOf(query), [query, Math.min(count, MEASURED_ROWS)]);
  const pitchPx = Math.min(ROW_PX, MAX_HEIGHT_PX / Math.max(count, 1));
  const shown = Math.min(SHOWN_ROWS, count);
  const from = Math.min(first.value, Math.max(count - shown, 0));
  return (
    <div
      ref={scroller}
      class="rows"
      role="region"
      aria-label="Rows"
      tabIndex={0}
      onScroll={({ currentTarget }) => {
        first.value = Math.round(currentTarget.scrollTop / pitchPx);
      }}
    >
      <div
        class="rows-window"
        role="table"
        aria-label="Result"
        aria-rowcount={count + 1}
        style={{ '--columns': columns.map(({ width }) => `${width}ch`).join(' ') }}
      >
        <div class="rows-row rows-head" role="row" aria-rowindex={1}>
          {columns.map(({ name, isNumber }) => (
            <span key={name} role="columnheader" class={isNumber ? 'right' : ''} title={name}>
              {name}
            </span>
          ))}
        </div>
        {Array.from({ length: shown }, (_, place) => (
          <Row key={place} query={query} index={from + place} columns={columns} />
        ))}
      </div>
      <div style={{ height: `${Math.max(count - shown, 0) * pitchPx}px` }} />
    </div>
  );
}

interface Column {
  name: string;
  width: number;
  isNumber: boolean;
}

function Row({ query, index, columns }: { query: Query; index: number; columns: readonly Column[] }) {
  const row = query.rows.row(index) ?? {};
  return (
    <div class="rows-row" role="row" aria-rowindex={index + 2}>
      {columns.map(({ name, isNumber }) => {
        const text = textOf(row[name]);
        return (
          <span key={name} role="cell" class={isNumber ? 'right' : ''} title={text ?? 'NULL'}>
            {text ?? <i class="faint">NULL</i>}
          </span>
        );
      })}
    </div>
  );
}

function columnsOf({ rows }: Query): Column[] {
  const measured = Array.from({ length: Math.min(rows.count, MEASURED_ROWS) }, (_, index) => rows.row(index) ?? {});
  return Object.keys(measured[0] ?? {}).map((name) => {
    const widest = Math.max(name.length, ...measured.map((row) => (textOf(row[name]) ?? 'NULL').length));
    return {
      name,
      width: Math.min(Math.max(widest + 3, LEAST_WIDTH), MOST_WIDTH),
      isNumber: measured.some((row) => typeof row[name] === 'number'),
    };
  });
}

function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
