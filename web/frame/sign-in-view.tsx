import { useSignal } from '@preact/signals';
import { platformSignInUrl, readSession, signInAt, signInWithKey } from '../app/session.ts';
import { SIGN_IN } from '../app/sign-in/sign-in-settings.ts';

/** Asks who looks at the page, in the way that the gateway knows its callers by. */
export function SignInView({ why }: { why: string | undefined }) {
  return (
    <main class="sign-in">
      <div class="card">
        <svg class="sign-in-mark" viewBox="0 0 24 24" aria-hidden="true">
          <path class="brand-lid" d="M3 8.5 12 4l9 4.500-9 4.5z" />
          <path class="brand-base" d="m3 14 9 4.500 9-4.5" />
        </svg>
        <h1>Databricks Gateway</h1>
        {why === undefined ? null : (
          <p class="notice notice-bad" role="alert">
            {why}
          </p>
        )}
        <Way />
      </div>
    </main>
  );
}

function Way() {
  if (SIGN_IN.mode === 'keys') return <KeyForm />;
  if (SIGN_IN.mode === 'easy-auth') return <PlatformLink />;
  if (SIGN_IN.mode === 'entra') return <Tenants authorities={SIGN_IN.authorities} />;
  return (
    <button type="button" class="main-button" onClick={() => void readSession()}>
      Try again
    </button>
  );
}

function KeyForm() {
  const isBusy = useSignal(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const given = new FormData(form).get('key');
    const key = typeof given === 'string' ? given.trim() : '';
    if (key === '') return;
    isBusy.value = true;
    await signInWithKey(key);
    isBusy.value = false;
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <label for="key">Function key</label>
      <input id="key" name="key" type="password" autocomplete="off" spellcheck={false} required autofocus />
      <button type="submit" class="main-button" disabled={isBusy.value}>
        Sign in
      </button>
      <p class="faint">
        The key stays in this tab’s memory and is gone when you close or reload it. Whoever keeps the function app has
        it under <em>App keys</em>.
      </p>
    </form>
  );
}

function PlatformLink() {
  return (
    <>
      <a class="main-button" href={platformSignInUrl()}>
        Sign in with your organisation
      </a>
      <p class="faint">App Service signs you in and brings you back here.</p>
    </>
  );
}

function Tenants({ authorities }: { authorities: readonly string[] }) {
  return (
    <>
      {authorities.map((authority) => (
        <button key={authority} type="button" class="main-button" onClick={() => void signInAt(authority)}>
          {authorities.length === 1 ? 'Sign in with Microsoft Entra' : `Sign in at ${authority.split('/').at(-1)}`}
        </button>
      ))}
      <p class="faint">You come back to where you are. The token stays in this tab’s memory.</p>
    </>
  );
}
