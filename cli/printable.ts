/** All of a terminal's own language: control characters, and those that turn the order of a line round. */
const CONTROLS = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

/** One line that a terminal shows as it is: names and messages of others may hold what would command it. */
export function oneLine(text: string): string {
  return text.replaceAll(CONTROLS, (control) => (/\s/.test(control) ? ' ' : '�'));
}

/** As `oneLine`, with its lines and tabs. */
export function manyLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(CONTROLS, (control) => (/[\n\t]/.test(control) ? control : '�'));
}
