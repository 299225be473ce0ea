import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isEqualInConstantTime } from '../emulator/constant-time.ts';
import { z } from 'zod';

const keysSchema = z.looseObject({
  master: z.string().min(1),
  functionKeys: z.record(z.string(), z.string().min(1)).default({}),
  systemKeys: z.record(z.string(), z.string().min(1)).default({}),
  /** Keys of single functions: function name → key name → key. */
  functions: z.record(z.string(), z.record(z.string(), z.string().min(1))).optional(),
});

/** The keys of the host and of its functions. */
export type Keys = z.infer<typeof keysSchema>;

/** Whom a presented key makes the caller. */
export type KeyHolder =
  | { level: 'anonymous' }
  | { level: 'function' }
  | { level: 'system'; name: string }
  | { level: 'admin' };

function newKey(): string {
  return randomBytes(40).toString('base64url');
}

/** The keys in `dir`/keys.json, made at first use and readable by the owner only. */
export function openKeys(dir: string): Keys {
  const file = path.join(dir, 'keys.json');
  if (existsSync(file)) return keysSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const keys: Keys = {
    master: newKey(),
    functionKeys: { default: newKey() },
    systemKeys: { durabletask_extension: newKey(), eventgrid_extension: newKey() },
  };
  mkdirSync(dir, { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return keys;
}

/** Whom `presented` (header `x-functions-key`, else `?code=`) makes the caller of `functionName`. */
export function holderOf(keys: Keys, presented: string | undefined, functionName?: string): KeyHolder {
  if (!presented) return { level: 'anonymous' };
  if (isEqualInConstantTime(keys.master, presented)) return { level: 'admin' };
  const system = Object.entries(keys.systemKeys).find(([, key]) => isEqualInConstantTime(key, presented));
  if (system !== undefined) return { level: 'system', name: system[0] };
  const own = functionName === undefined ? {} : (keys.functions?.[functionName] ?? {});
  const isFunctionKey = [...Object.values(keys.functionKeys), ...Object.values(own)].some((key) =>
    isEqualInConstantTime(key, presented),
  );
  return { level: isFunctionKey ? 'function' : 'anonymous' };
}

/** Whether `holder` may call an HTTP function of this `authLevel`. */
export function mayCall(holder: KeyHolder, authLevel: string): boolean {
  if (holder.level === 'admin') return true;
  switch (authLevel.toLowerCase()) {
    case 'admin':
      return false;
    case 'function':
      return holder.level === 'function';
    default:
      return true;
  }
}
