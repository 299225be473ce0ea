/** What `validate_only` responds. */
export interface DecisionDocument {
  allowed: boolean;
  rule: string | null;
  nearest?: { rule: string; failed: string[] };
}

/** What the policy says to a request, and what would have to be otherwise. */
export function Decision({ decision: { allowed, rule, nearest } }: { decision: DecisionDocument }) {
  if (allowed)
    return (
      <p class="notice notice-good" role="status">
        It is well-formed and allowed{rule === null ? '' : ` by rule ${rule}`}. Nothing has been submitted.
      </p>
    );
  return (
    <div class="notice notice-bad" role="status">
      <p>The policy would refuse it{rule === null ? '' : `: rule ${rule} forbids it`}.</p>
      {nearest === undefined ? null : (
        <>
          <p>Rule {nearest.rule} comes nearest. It misses:</p>
          <ul>
            {nearest.failed.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
