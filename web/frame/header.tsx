import { hrefOf } from '../app/href.ts';
import { place } from '../app/location.ts';
import { caller, signOut } from '../app/session.ts';
import { SIGN_IN } from '../app/sign-in/sign-in-settings.ts';
import { VIEWS } from './views.ts';

/** The bar at the top: where one can go, and who has signed in. */
export function Header() {
  const { path } = place.value;
  return (
    <header class="top">
      <a class="brand" href={hrefOf('/runs')} aria-label="Databricks Gateway">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path class="brand-lid" d="M3 8.5 12 4l9 4.500-9 4.5z" />
          <path class="brand-base" d="m3 14 9 4.500 9-4.5" />
        </svg>
        <span>Databricks Gateway</span>
      </a>
      <nav aria-label="Views">
        {VIEWS.flatMap(({ path: own, title }) =>
          title === undefined ? [] : [<Tab key={own} href={hrefOf(own)} title={title} isHere={path.startsWith(own)} />],
        )}
      </nav>
      <Caller />
    </header>
  );
}

function Tab({ href, title, isHere }: { href: string; title: string; isHere: boolean }) {
  return (
    <a href={href} {...(isHere ? { 'aria-current': 'page' } : {})}>
      {title}
    </a>
  );
}

function Caller() {
  const who = caller.value;
  if (who === undefined) return null;
  return (
    <div class="caller">
      <span class="caller-name" title={who.id}>
        {who.name}
      </span>
      {SIGN_IN.mode === 'anonymous' ? null : (
        <button type="button" class="quiet-button" onClick={signOut}>
          Sign out
        </button>
      )}
    </div>
  );
}
