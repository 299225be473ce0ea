import { signal } from '@preact/signals';

const TICK_MS = 1_000;

/** The time now, epoch ms, once a second while the page is seen. */
export const now = signal(Date.now());

let timer: number | undefined;

function tick(): void {
  now.value = Date.now();
}

function followVisibility(): void {
  window.clearInterval(timer);
  if (document.visibilityState === 'hidden') return;
  tick();
  timer = window.setInterval(tick, TICK_MS);
}

document.addEventListener('visibilitychange', followVisibility);
followVisibility();
