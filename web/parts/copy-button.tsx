import { useSignal } from '@preact/signals';

const SHOWN_MS = 1_600;

/** Copies a text, which may have to be made first, and says that it has. */
export function CopyButton({ text, label }: { text: () => string | Promise<string>; label: string }) {
  const said = useSignal('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(await text());
      said.value = 'Copied';
    } catch {
      said.value = 'Not copied';
    }
    window.setTimeout(() => {
      said.value = '';
    }, SHOWN_MS);
  };
  return (
    <button type="button" class="quiet-button" onClick={() => void copy()}>
      <span aria-live="polite">{said.value || label}</span>
    </button>
  );
}
