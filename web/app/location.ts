import { computed, signal } from '@preact/signals';
import { readPlace, type Place } from './href.ts';

const hash = signal(window.location.hash);

window.addEventListener('hashchange', () => {
  hash.value = window.location.hash;
});

/** Where the page is now. */
export const place = computed<Place>(() => readPlace(hash.value));

/** Goes to a place, as a step that can be taken back; `replace` for what one types, letter by letter. */
export function goTo(href: string, { replace = false }: { replace?: boolean } = {}): void {
  if (replace) window.history.replaceState(null, '', href);
  else window.history.pushState(null, '', href);
  hash.value = href;
}

/** The query of the page's address is never the page's: a key that came in it goes out of sight and out of the history. */
export function dropQuery(): void {
  if (window.location.search === '') return;
  window.history.replaceState(null, '', `${window.location.pathname}${window.location.hash}`);
}
