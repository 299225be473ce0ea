import type { RowStore } from './row-store.ts';

/** More points than these cannot be distinguished. */
const MAX_POINTS = 400;

/** What a chart shows: some rows, evenly apart, of all. */
export interface ChartPoints {
  points: { label: string; value: number }[];
  /** Each so many rows one is shown. */
  every: number;
}

/** The values of a column over another, of rows evenly apart; those that are no number are left out. */
export function chartPoints(rows: RowStore, label: string, value: string): ChartPoints {
  const every = Math.max(1, Math.ceil(rows.count / MAX_POINTS));
  const points: ChartPoints['points'] = [];
  for (let index = 0; index < rows.count; index += every) {
    const row = rows.row(index);
    const number = numberOf(row?.[value]);
    if (number !== undefined) points.push({ label: labelOf(row?.[label]), value: number });
  }
  return { points, every };
}

function labelOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

/** The number that a value is: BIGINT and DECIMAL come as text. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
