import { isSuccess } from '../../domain/outcome.ts';
import type { TaskDocument } from '../../domain/task-document.ts';
import { parseJson, stringifyJson } from '../../json.ts';

/**
 * The body of a repair that is tried again: what the caller asked for, of which no task runs again that has succeeded
 * since. Where all that were named have, those after them have not, and the failed ones are meant.
 */
export function repairAgain(text: string, tasks: readonly TaskDocument[]): string {
  const { rerun_tasks: named, ...others } = parseJson(text) as Record<string, unknown>;
  if (!Array.isArray(named)) return text;
  const succeeded = new Set(
    tasks.filter(({ outcome }) => outcome !== null && isSuccess(outcome)).map(({ task_key: key }) => key),
  );
  const left = (named as unknown[]).filter((key) => !succeeded.has(String(key)));
  if (left.length > 0) return stringifyJson({ ...others, rerun_tasks: left });
  return others['rerun_dependent_tasks'] === true ? stringifyJson({ ...others, rerun_all_failed_tasks: true }) : text;
}
