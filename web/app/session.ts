import { computed, effect, signal } from '@preact/signals';
import { getJson, refusals, useCredentials } from '../api/gateway.ts';
import type { Action, RunDocument, SessionDocument } from '../api/documents.ts';
import { RequestError, type Problem } from '../api/problem.ts';
import { comeBackFromEntra, goToEntra } from './sign-in/entra.ts';
import { SIGN_IN } from './sign-in/sign-in-settings.ts';

/** Where the page stands with who looks at it. */
export type Session =
  | { state: 'opening' }
  | { state: 'signed-out'; why: string | undefined }
  | { state: 'failed'; problem: Problem }
  | { state: 'signed-in'; document: SessionDocument };

const current = signal<Session>({ state: 'opening' });

/** Where the page stands with who looks at it. */
export const session = computed(() => current.value);

/** Who has signed in; undefined until somebody has. */
export const caller = computed(() => (current.value.state === 'signed-in' ? current.value.document.caller : undefined));

/** The workspaces that the gateway knows; none until somebody has signed in. */
export const workspaces = computed(() =>
  current.value.state === 'signed-in' ? current.value.document.workspaces : [],
);

/** Whether an action is offered: at all, or with this run. What is not offered the policy would refuse. */
export function may(action: Action, run?: Pick<RunDocument, 'submitted_by'>): boolean {
  if (current.value.state !== 'signed-in') return false;
  const { actions, caller: self } = current.value.document;
  const reach = actions[action];
  if (reach !== 'own' || run === undefined) return reach !== undefined;
  return run.submitted_by.id === self.id && run.submitted_by.kind === self.kind;
}

/** Takes up what is there already: a return from Entra, App Service's own sign-in, or a gateway that asks for nothing. */
export async function openSession(): Promise<void> {
  if (SIGN_IN.mode === 'keys') {
    current.value = { state: 'signed-out', why: undefined };
    return;
  }
  if (SIGN_IN.mode === 'entra') {
    try {
      const token = await comeBackFromEntra(SIGN_IN);
      if (token === undefined) {
        current.value = { state: 'signed-out', why: undefined };
        return;
      }
      useCredentials({ header: 'authorization', value: `Bearer ${token}` });
    } catch (error) {
      current.value = { state: 'signed-out', why: error instanceof Error ? error.message : String(error) };
      return;
    }
  }
  await readSession();
}

/** Signs in with a function key, which is kept until the tab closes or is loaded anew. */
export async function signInWithKey(key: string): Promise<void> {
  useCredentials({ header: 'x-functions-key', value: key });
  await readSession();
}

/** Signs in at a tenant of Entra; the page is left, and comes back to where it was. */
export async function signInAt(authority: string): Promise<void> {
  if (SIGN_IN.mode === 'entra') await goToEntra(SIGN_IN, authority);
}

/** Where App Service signs people in, and brings them back to the page. */
export function platformSignInUrl(): string {
  const back = `${window.location.pathname}${window.location.hash}`;
  return `/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(back)}`;
}

/** Forgets who has signed in. */
export function signOut(): void {
  useCredentials(undefined);
  if (SIGN_IN.mode === 'easy-auth') window.location.assign('/.auth/logout');
  else current.value = { state: 'signed-out', why: undefined };
}

/** Asks the gateway who has signed in. */
export async function readSession(): Promise<void> {
  try {
    current.value = { state: 'signed-in', document: await getJson<SessionDocument>('monitor/session') };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const { problem } = error;
    if (problem.status === 0 || problem.status >= 429) current.value = { state: 'failed', problem };
    else {
      useCredentials(undefined);
      current.value = { state: 'signed-out', why: refusalText(problem) };
    }
  }
}

function refusalText({ status, detail }: Problem): string | undefined {
  if (status !== 401) return detail;
  if (SIGN_IN.mode === 'keys') return 'The gateway does not know this key.';
  return SIGN_IN.mode === 'easy-auth' ? undefined : detail;
}

// Credentials end while the page is open: a key is renewed, a token is an hour old.
effect(() => {
  if (refusals.value === 0 || current.peek().state !== 'signed-in') return;
  useCredentials(undefined);
  current.value = { state: 'signed-out', why: 'Your sign-in has ended. Sign in again to go on where you are.' };
});
