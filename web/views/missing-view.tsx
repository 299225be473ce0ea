import { hrefOf } from '../app/href.ts';

/** For an address that leads nowhere. */
export function MissingView() {
  return (
    <section class="empty">
      <h1>There is no such view</h1>
      <p>
        The address leads nowhere. <a href={hrefOf('/runs')}>Go to the runs</a>
      </p>
    </section>
  );
}
