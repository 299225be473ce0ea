import type { AuthMode } from '../config/auth-config.ts';
import type { Access } from './handler.ts';

/** What the Functions host itself asks for before it invokes a function. */
type AuthLevel = 'function' | 'anonymous';

const LEVELS: Readonly<Record<AuthMode, AuthLevel>> = {
  keys: 'function',
  'easy-auth': 'anonymous',
  entra: 'anonymous',
  anonymous: 'anonymous',
};

/** What the host is to ask for before it invokes an endpoint; a key where the settings do not say (no `mode`). */
export function authLevel(mode: AuthMode | undefined, access: Access): AuthLevel {
  if (access !== 'callers') return 'anonymous';
  return mode === undefined ? 'function' : LEVELS[mode];
}
