import { readFile, writeFile } from 'node:fs/promises';
import { readCommandLine } from '../local/command-line.ts';
import { replay, type ShownLine } from './recording/replay.ts';

const USAGE = `usage: node scripts/run.mjs scripts/recording-svg.ts OUTPUT TIMING SVG COMMAND

Draws what a terminal showed as an animated picture, from a recording that util-linux made:
  script --log-out OUTPUT --log-timing TIMING --command COMMAND`;

const WIDTH = 900;
const LINE_HEIGHT = 18;
const MARGIN = 16;

/** A line of the picture; where nothing moves, the last state is seen. */
function drawn({ row, text, fromS, untilS }: ShownLine): string {
  const place = `x="${MARGIN}" y="${MARGIN + (row + 1) * LINE_HEIGHT}"`;
  const from = `${fromS.toFixed(2)}s`;
  if (untilS === undefined)
    return `<text ${place}>${escaped(text)}<set attributeName="visibility" to="hidden" begin="0s" end="${from}"/></text>`;
  const shown = `<set attributeName="visibility" to="visible" begin="${from}" end="${untilS.toFixed(2)}s"/>`;
  return `<text ${place} visibility="hidden">${escaped(text)}${shown}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const commandLine = readCommandLine({ usage: USAGE, options: {}, allowPositionals: true });
if (commandLine !== undefined) {
  const [output = '', timing = '', svg = '', command = ''] = commandLine.positionals;
  const lines = replay(await readFile(output), await readFile(timing, 'utf8'), command);
  const height = 2 * MARGIN + (Math.max(...lines.map(({ row }) => row)) + 1) * LINE_HEIGHT;
  await writeFile(
    svg,
    [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">`,
      '<style>text { font: 13px ui-monospace, Menlo, Consolas, monospace; fill: #e6e6e6; white-space: pre }</style>',
      `<rect width="100%" height="100%" rx="8" fill="#16181d"/>`,
      ...lines.map(drawn),
      '</svg>',
      '',
    ].join('\n'),
  );
}
