import type { Result } from './result.ts';

type ChartMeasure = Result['measures'][number];

const WIDTH = 860;
const LABEL_WIDTH = 330;
const BAR_WIDTH = 340;
const ROW_HEIGHT = 46;
const TOP = 60;

/** In the colours of whoever looks at it: dark text on a bright page, bright text on a dark one. */
const STYLE = [
  'text { font: 13px system-ui, sans-serif; fill: #24292f; }',
  '.title { font-size: 16px; font-weight: 600; }',
  '.small { font-size: 12px; fill: #57606a; }',
  '.gateway { fill: #1f6feb; }',
  '.reference { fill: #8c959f; }',
  '@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .small { fill: #8d96a0; } .reference { fill: #6e7681; } }',
].join(' ');

/** Each measure as two bars, the gateway's and that of what it stands beside, the longer one over the whole width. */
export function chartSvg(measures: readonly ChartMeasure[], note: string): string {
  const height = TOP + measures.length * ROW_HEIGHT + 30;
  const title = 'The gateway beside what it could be without';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}</style>`,
    `<text class="title" x="10" y="24">${escaped(title)}</text>`,
    `<text class="small" x="10" y="44">blue: the gateway; grey: what is named beside it; medians, shorter is less</text>`,
    ...measures.map((measure, index) => row(measure, TOP + index * ROW_HEIGHT)),
    `<text class="small" x="10" y="${height - 10}">${escaped(note)}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function row({ name, value, unit, reference }: ChartMeasure, top: number): string {
  const longest = Math.max(value, reference.value);
  const bar = (kind: string, of: number, y: number, label: string) => {
    const width = longest === 0 ? 0 : Math.max((of / longest) * BAR_WIDTH, 1);
    const x = LABEL_WIDTH + 10;
    return (
      `<rect class="${kind}" x="${x}" y="${y}" width="${width.toFixed(1)}" height="14" rx="2"/>` +
      `<text class="small" x="${(x + width + 6).toFixed(1)}" y="${y + 11}">${escaped(label)}</text>`
    );
  };
  return [
    `<text x="10" y="${top + 14}">${escaped(name)}</text>`,
    `<text class="small" x="10" y="${top + 31}">${escaped(reference.name)}</text>`,
    bar('gateway', value, top + 3, amount(value, unit)),
    bar('reference', reference.value, top + 20, amount(reference.value, unit)),
  ].join('\n');
}

function amount(value: number, unit: string): string {
  const text = value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
  return unit === '' ? text : `${text} ${unit}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
