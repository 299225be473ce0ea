import type { DurableTaskSettings } from '../settings.ts';

/** The parts of what .NET's `System.Version` reads: two to four numbers, the missing ones -1. */
function systemVersion(text: string): number[] | undefined {
  if (!/^\s*\d+(\.\d+){1,3}\s*$/.test(text)) return undefined;
  const parts = text.split('.').map(Number);
  return [0, 1, 2, 3].map((index) => parts[index] ?? -1);
}

/** Orders versions as the Durable Task Framework does: none before any, `System.Version`s by number, all others as text regardless of case. */
export function compareVersions(a: string, b: string): number {
  if (a.trim() === '' || b.trim() === '') return Number(a.trim() !== '') - Number(b.trim() !== '');
  const left = systemVersion(a);
  const right = systemVersion(b);
  if (left === undefined || right === undefined)
    return a.toLowerCase() < b.toLowerCase() ? -1 : Number(a.toLowerCase() > b.toLowerCase());
  for (const [index, part] of left.entries()) {
    const order = part - (right[index] ?? -1);
    if (order !== 0) return order;
  }
  return 0;
}

/** What host.json's `versionMatchStrategy` and `versionFailureStrategy` say of an orchestration's version; a host without `defaultVersion` is older than any. */
export function isVersionAccepted(
  version: string | null,
  settings: Pick<DurableTaskSettings, 'defaultVersion' | 'versionMatchStrategy' | 'versionFailureStrategy'>,
): 'accept' | 'reject' | 'fail' {
  if (settings.versionMatchStrategy === 'none') return 'accept';
  const own = settings.defaultVersion ?? '';
  const isMatch =
    settings.versionMatchStrategy === 'strict' ? (version ?? '') === own : compareVersions(version ?? '', own) <= 0;
  if (isMatch) return 'accept';
  return settings.versionFailureStrategy === 'fail' ? 'fail' : 'reject';
}
