/** How many letters a slip changes at most. */
const MAX_DISTANCE = 2;

/** The word of a list that the given one is most likely a slip of: at most two letters differ. Undefined where none is. */
export function nearestWord(given: string, words: readonly string[]): string | undefined {
  const [nearest] = words
    .map((word) => ({ word, letters: distance(given.toLowerCase(), word) }))
    // Short words are near to each other all the same.
    .filter(({ word, letters }) => letters <= Math.min(MAX_DISTANCE, word.length - 1))
    .toSorted((a, b) => a.letters - b.letters);
  return nearest?.word;
}

/** Letters to put in, take out or replace (Levenshtein); anything over the bound where the lengths say so already. */
function distance(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > MAX_DISTANCE) return Infinity;
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [row, letter] of from.split('').entries()) {
    const line = [row + 1];
    for (const [column, other] of to.split('').entries())
      line.push(
        Math.min(
          (line[column] ?? 0) + 1,
          (above[column + 1] ?? 0) + 1,
          (above[column] ?? 0) + (letter === other ? 0 : 1),
        ),
      );
    above = line;
  }
  return above.at(-1) ?? Infinity;
}
