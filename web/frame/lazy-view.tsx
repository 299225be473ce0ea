import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ViewProps } from '../app/view-props.ts';

/** A view that is loaded when somebody goes there for the first time. */
export function lazyView(load: () => Promise<ComponentType<ViewProps>>): ComponentType<ViewProps> {
  let loaded: ComponentType<ViewProps> | undefined;
  return function LazyView(props: ViewProps) {
    const view = useSignal(loaded);
    const isMissing = useSignal(false);
    useEffect(() => {
      load().then(
        (found) => {
          loaded = found;
          view.value = found;
        },
        () => {
          isMissing.value = true;
        },
      );
    }, []);
    const Found = view.value;
    if (Found !== undefined) return <Found {...props} />;
    if (isMissing.value)
      return <p class="notice notice-bad">This part of the page cannot be had. Load the page anew.</p>;
    return <p class="faint loading">Opening…</p>;
  };
}
