/** Which part of a version grows. */
export type VersionPart = 'major' | 'minor' | 'patch';

/** The version after `current`. @throws {Error} where that is none of three numbers */
export function nextVersion(current: string, part: VersionPart): string {
  const numbers = /^(\d+)\.(\d+)\.(\d+)$/.exec(current)?.slice(1).map(Number);
  if (numbers === undefined) throw new Error(`${current} is no version of three numbers.`);
  const [major = 0, minor = 0, patch = 0] = numbers;
  if (part === 'major') return `${major + 1}.0.0`;
  return part === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

const UNRELEASED = '## Unreleased\n';

/**
 * A changelog in which what was not released is the section of a version, below a new section that is empty.
 * @throws {Error} where there is nothing to release
 */
export function releasedChangelog(text: string, version: string, date: Date): { text: string; section: string } {
  const at = text.indexOf(UNRELEASED);
  if (at === -1) throw new Error('CHANGELOG.md has no section "Unreleased".');
  const begin = at + UNRELEASED.length;
  const next = text.indexOf('\n## ', begin);
  const end = next === -1 ? text.length : next + 1;
  const notes = text.slice(begin, end).trim();
  if (notes === '') throw new Error('CHANGELOG.md has nothing that is not released.');
  const section = `## ${version} - ${date.toISOString().slice(0, 10)}\n\n${notes}\n`;
  const rest = text.slice(end);
  return { text: `${text.slice(0, begin)}\n${section}${rest === '' ? '' : `\n${rest}`}`, section };
}
