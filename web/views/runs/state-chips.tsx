import type { ComponentChildren } from 'preact';
import type { Outcome, RunStatus } from '../../api/documents.ts';
import { timeText } from '../../parts/duration.ts';
import { runState } from '../../parts/run-state.ts';
import { Shape } from '../../parts/state-mark.tsx';
import { useOverview } from '../overview/overview.ts';
import { filteredHref, type RunFilters } from './run-filters.ts';

/** A state that runs can be filtered by. */
type Kind = { kind: 'status'; word: Exclude<RunStatus, 'completed'> } | { kind: 'outcome'; word: Outcome };

const KINDS: readonly Kind[] = [
  { kind: 'status', word: 'queued' },
  { kind: 'status', word: 'submitting' },
  { kind: 'status', word: 'pending' },
  { kind: 'status', word: 'running' },
  { kind: 'status', word: 'canceling' },
  { kind: 'outcome', word: 'succeeded' },
  { kind: 'outcome', word: 'succeeded_with_failures' },
  { kind: 'outcome', word: 'failed' },
  { kind: 'outcome', word: 'timed_out' },
  { kind: 'outcome', word: 'canceled' },
  { kind: 'outcome', word: 'skipped' },
  { kind: 'outcome', word: 'rejected' },
  { kind: 'outcome', word: 'lost' },
];

/** Those that are shown whether there are any or not. */
const ALWAYS: ReadonlySet<string> = new Set(['queued', 'running', 'succeeded', 'failed']);

/** How many runs are in each state; each leads to a list of just these. */
export function StateChips({ filters }: { filters: RunFilters }) {
  const { document } = useOverview('24');
  const isAll = filters.status === '' && filters.outcome === '';
  const countOf = ({ kind, word }: Kind): number | undefined =>
    document === undefined ? undefined : ((document.counts[kind] as Partial<Record<string, number>>)[word] ?? 0);
  return (
    <div class="chips-line">
      <nav class="chips" aria-label="Runs by state">
        <Chip href={filteredHref(filters, { status: '', outcome: '' })} isOn={isAll} count={document?.counted.runs}>
          All
        </Chip>
        {KINDS.map((kind) => (
          <StateChip key={kind.word} filters={filters} state={kind} count={countOf(kind)} />
        ))}
      </nav>
      {document === undefined ? null : (
        <p class="faint chips-note" title={`Since ${timeText(Date.parse(document.counted.since))}`}>
          {document.counted.is_complete
            ? 'Counts are of the last 24 hours'
            : `Counts are of the newest ${document.counted.runs.toLocaleString()} runs`}
        </p>
      )}
    </div>
  );
}

function StateChip({ filters, state, count }: { filters: RunFilters; state: Kind; count: number | undefined }) {
  const { kind, word } = state;
  const isOn = filters[kind] === word;
  if (!isOn && !ALWAYS.has(word) && (count ?? 0) === 0) return null;
  const { label, tone, shape } = kind === 'status' ? runState(word, null) : runState('completed', word);
  const href = filteredHref(filters, { status: '', outcome: '', ...(isOn ? {} : { [kind]: word }) });
  return (
    <Chip href={href} isOn={isOn} count={count} tone={`state-${tone}`}>
      <Shape shape={shape} />
      {label}
    </Chip>
  );
}

interface ChipProps {
  href: string;
  isOn: boolean;
  count: number | undefined;
  tone?: string;
  children: ComponentChildren;
}

function Chip({ href, isOn, count, tone = '', children }: ChipProps) {
  return (
    <a class={`chip ${tone}`} href={href} {...(isOn ? { 'aria-current': 'true' } : {})}>
      {children}
      <span class="count">{count === undefined ? '·' : count.toLocaleString()}</span>
    </a>
  );
}
