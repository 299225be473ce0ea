/** Written otherwise than by their first letter. */
const WORDS: Readonly<Record<string, string>> = {
  id: 'ID',
  url: 'URL',
  sql: 'SQL',
  dbt: 'dbt',
  json: 'JSON',
  uri: 'URI',
};

/** The name of a field or a header in Title Case, as designers show it. */
export function titleOf(name: string): string {
  return name
    .split(/[_-]/)
    .map((word) => WORDS[word.toLowerCase()] ?? `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join(' ');
}
