import type { DurableTaskSettings } from '../settings.ts';

/** Compares versions such as "1.2.10" part by part; parts that are not numbers are compared as text. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = (left[index] ?? '0').localeCompare(right[index] ?? '0', 'en', { numeric: true });
    if (order !== 0) return order;
  }
  return 0;
}

/** What host.json's `versionMatchStrategy` and `versionFailureStrategy` say of an orchestration's version. */
export function isVersionAccepted(
  version: string | null,
  settings: Pick<DurableTaskSettings, 'defaultVersion' | 'versionMatchStrategy' | 'versionFailureStrategy'>,
): 'accept' | 'reject' | 'fail' {
  const own = settings.defaultVersion;
  if (own === undefined || settings.versionMatchStrategy === 'none') return 'accept';
  const order = compareVersions(version ?? '', own);
  const isMatch = settings.versionMatchStrategy === 'strict' ? order === 0 : order <= 0;
  if (isMatch) return 'accept';
  return settings.versionFailureStrategy === 'fail' ? 'fail' : 'reject';
}
