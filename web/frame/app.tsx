import { ProblemNotice } from '../parts/problem-notice.tsx';
import { viewOf } from './views.ts';
import { Header } from './header.tsx';
import { place } from '../app/location.ts';
import { readSession, session } from '../app/session.ts';
import { SignInView } from './sign-in-view.tsx';

/** The page: who looks at it, and what is looked at. */
export function App() {
  const now = session.value;
  if (now.state === 'signed-out') return <SignInView why={now.why} />;
  return (
    <>
      <a class="skip" href="#content" onClick={focusContent}>
        Skip to the content
      </a>
      <Header />
      <main id="content" tabIndex={-1}>
        {now.state === 'failed' ? <ProblemNotice problem={now.problem} onRetry={() => void readSession()} /> : null}
        {now.state === 'opening' ? <p class="faint loading">Opening…</p> : null}
        {now.state === 'signed-in' ? <View /> : null}
      </main>
    </>
  );
}

function View() {
  const { path, query } = place.value;
  const { view: Found, rest } = viewOf(path);
  return <Found key={path} rest={rest} query={query} />;
}

/** The hash is the page's own: a link to a part of it would lead to another view. */
function focusContent(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#content')?.focus();
}
