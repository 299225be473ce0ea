/**
 * Column names that are distinct: a repeated name gets `_2`, `_3`, …, skipping what another column is already called.
 */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    if (!seen.has(name)) {
      seen.add(name);
      return name;
    }
    let number = 2;
    while (taken.has(`${name}_${number}`)) number++;
    const unique = `${name}_${number}`;
    taken.add(unique);
    return unique;
  });
}
