/** A line of a terminal, as it stood for a time. */
export interface ShownLine {
  row: number;
  text: string;
  fromS: number;
  /** Undefined for what stands at the end. */
  untilS?: number;
}

/** Nobody wants to watch an installation. */
const MAX_PAUSE_S = 0.8;
/** Changes that are closer are one. */
const MIN_PAUSE_S = 0.2;
/** What npm turns while it works. */
const SPINNER = /^[\u2800-\u28FF]$/;

/**
 * What the lines of a terminal showed, and when, out of a recording: its output and, a line for each piece, how long after
 * the one before it came and how many bytes it has. Pauses in which nothing changes are shortened. Known of terminals is
 * what npm and the demo use: moving to a column and erasing a line.
 */
export function replay(output: Buffer, timing: string, command: string): ShownLine[] {
  const lines: ShownLine[] = [{ row: 0, text: `$ ${command}`, fromS: 0 }];
  const screen = new Screen();
  let shownS = 0;
  let waitedS = MAX_PAUSE_S;
  // The first line is about the recording.
  let at = output.indexOf('\n') + 1;
  for (const piece of timing.trim().split('\n')) {
    const [delayS = 0, bytes = 0] = piece.split(' ').map(Number);
    waitedS += delayS;
    // What came before has stood so long.
    if (waitedS >= MIN_PAUSE_S && note(lines, screen.rows, shownS + Math.min(waitedS, MAX_PAUSE_S))) {
      shownS += Math.min(waitedS, MAX_PAUSE_S);
      waitedS = 0;
    }
    screen.write(output.toString('utf8', at, at + bytes));
    at += bytes;
  }
  note(lines, screen.rows, shownS + MAX_PAUSE_S);
  return lines.filter(({ text }) => text.trim() !== '');
}

/** Ends the lines that have changed, and begins what they have changed to. Returns whether any has. */
function note(lines: ShownLine[], rows: readonly string[], nowS: number): boolean {
  const before = lines.length;
  for (const [index, written] of rows.entries()) {
    const row = index + 1;
    const text = SPINNER.test(written.trim()) ? '' : written;
    const shown = lines.findLast((line) => line.row === row && line.untilS === undefined);
    if (shown?.text === text) continue;
    if (shown !== undefined) shown.untilS = nowS;
    lines.push({ row, text, fromS: nowS });
  }
  return lines.length > before;
}

/** As much of a terminal as the recording needs; it never scrolls. */
class Screen {
  readonly rows: string[] = [''];
  #column = 0;

  write(text: string): void {
    // oxlint-disable-next-line no-control-regex -- that is how terminals are controlled
    for (const [part = '', move, erase] of text.matchAll(/\u001B\[(?:(\d*)G|(\d*)K|[\d;?]*[a-zA-Z])|[^]/g)) {
      if (move !== undefined) this.#column = Number(move || 1) - 1;
      else if (erase !== undefined) this.#erase(erase);
      else if (part === '\n') this.rows.push('');
      else if (part === '\r') this.#column = 0;
      else if (!part.startsWith('\u001B')) this.#put(part);
    }
  }

  #erase(how: string): void {
    this.#replace(how === '2' ? '' : this.#row().slice(0, this.#column));
  }

  #put(character: string): void {
    const row = this.#row().padEnd(this.#column);
    this.#replace(row.slice(0, this.#column) + character + row.slice(this.#column + 1));
    this.#column += 1;
  }

  #row(): string {
    return this.rows.at(-1) ?? '';
  }

  #replace(text: string): void {
    this.rows[this.rows.length - 1] = text;
  }
}
