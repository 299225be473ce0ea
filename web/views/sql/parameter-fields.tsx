import type { Signal } from '@preact/signals';

/** The types that are offered; the gateway takes any that Databricks has. */
const TYPES = ['STRING', 'INT', 'BIGINT', 'DOUBLE', 'DECIMAL(38,9)', 'DATE', 'TIMESTAMP', 'BOOLEAN'];

/** What was typed for the markers of a statement, by marker. */
export type TypedParameters = Readonly<Record<string, { value: string; type: string }>>;

/** A field for each marker that the statement has. */
export function ParameterFields({ markers, typed }: { markers: readonly string[]; typed: Signal<TypedParameters> }) {
  if (markers.length === 0) return null;
  return (
    <fieldset class="fields">
      <legend>Parameters</legend>
      {markers.map((marker) => {
        const { value, type } = typed.value[marker] ?? { value: '', type: '' };
        const change = (part: { value?: string; type?: string }) => {
          typed.value = { ...typed.value, [marker]: { value, type, ...part } };
        };
        return (
          <span key={marker} class="parameter">
            <label for={`parameter-${marker}`}>{/^\d/.test(marker) ? `Marker ${marker}` : `:${marker}`}</label>
            <input
              id={`parameter-${marker}`}
              value={value}
              onInput={({ currentTarget }) => change({ value: currentTarget.value })}
            />
            <select
              aria-label={`Type of ${marker}`}
              value={type}
              onChange={({ currentTarget }) => change({ type: currentTarget.value })}
            >
              <option value="">as it is</option>
              {TYPES.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </span>
        );
      })}
    </fieldset>
  );
}
