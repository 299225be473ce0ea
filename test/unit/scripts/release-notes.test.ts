import { expect, it } from 'vitest';
import { nextVersion, releasedChangelog } from '../../../scripts/release-notes.ts';

it('counts versions as Semantic Versioning does', () => {
  expect(nextVersion('1.2.3', 'major')).toBe('2.0.0');
  expect(nextVersion('1.2.3', 'minor')).toBe('1.3.0');
  expect(nextVersion('1.2.3', 'patch')).toBe('1.2.4');
  expect(() => nextVersion('1.2.3-rc', 'patch')).toThrow('no version');
});

it('makes what is not released the section of a version, and begins a new one', () => {
  const before = '# Changelog\n\n## Unreleased\n\n- New.\n\n## 0.1.0 - 2026-01-01\n\n- First.\n';

  const { text, section } = releasedChangelog(before, '0.2.0', new Date('2026-11-28T10:00:00Z'));
  expect(section).toBe('## 0.2.0 - 2026-11-28\n\n- New.\n');
  expect(text).toBe(
    '# Changelog\n\n## Unreleased\n\n## 0.2.0 - 2026-11-28\n\n- New.\n\n## 0.1.0 - 2026-01-01\n\n- First.\n',
  );
  expect(() => releasedChangelog(text, '0.3.0', new Date())).toThrow('nothing that is not released');
});
