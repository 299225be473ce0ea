type Options = Readonly<Record<string, unknown>>;

/**
 * The `gateway` options of a run by a template. What the template says about where it runs and what it counts as stays;
 * a caller may ask for less time, for fewer attempts, and for more notifications.
 *
 * | option | where both say something |
 * | --- | --- |
 * | `workspace` | the template's (a caller who names another is to be refused before) |
 * | `deadline_seconds` | the shorter |
 * | `labels` | all of both; of one key, in whatever case, the template's |
 * | `notify` | everybody and everything that either names; the caller's `callback_url` |
 * | `retry` | the fewer `max_attempts`; else the caller's |
 * | anything else | the caller's |
 *
 * Both are well-formed; null stands for absent.
 */
export function mergeGateway(template: Options, caller: Options): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...template };
  for (const [name, asked] of Object.entries(caller)) {
    if (asked === null || asked === undefined) continue;
    const own = template[name] ?? undefined;
    merged[name] = own === undefined ? asked : (MERGE[name]?.(own, asked) ?? asked);
  }
  return merged;
}

const MERGE: Readonly<Record<string, ((own: unknown, asked: unknown) => unknown) | undefined>> = {
  workspace: (own) => own,
  deadline_seconds: (own, asked) => (Number(digits(own)) < Number(digits(asked)) ? own : asked),
  labels: (own, asked) => mergeLabels(own as Options, asked as Options),
  retry: (own, asked) => mergeRetry(own as Options, asked as Options),
  notify: (own, asked) => mergeNotify(own as Options, asked as Options),
};

/** Labels become tags, and Azure takes no notice of case in the names of tags. */
function mergeLabels(own: Options, asked: Options): Options {
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const others = Object.entries(asked).filter(([name]) => !names.has(name.toLowerCase()));
  return { ...Object.fromEntries(others), ...own };
}

/** What may not run twice is said so by its operator. */
function mergeRetry(own: Options, asked: Options): Options {
  const { max_attempts: most } = own;
  if (most === null || most === undefined) return asked;
  const wanted = asked['max_attempts'] ?? most;
  return { ...asked, max_attempts: Number(digits(most)) < Number(digits(wanted)) ? most : wanted };
}

function mergeNotify(own: Options, asked: Options): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...own };
  for (const [name, value] of Object.entries(asked)) {
    if (value === null || value === undefined) continue;
    const mine = own[name] ?? undefined;
    if (Array.isArray(value) && Array.isArray(mine))
      merged[name] = [...new Set([...(mine as unknown[]), ...(value as unknown[])])];
    else if (flagOf(mine) === true && flagOf(value) === false) merged[name] = true;
    else merged[name] = value;
  }
  // Without `on` it is every outcome that is notified of.
  if ((own['on'] ?? undefined) === undefined || (asked['on'] ?? undefined) === undefined) delete merged['on'];
  return merged;
}

/** A boolean, or the same as text, as bodies are read. */
function flagOf(value: unknown): boolean | undefined {
  const text = String(value).toLowerCase();
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}

function digits(value: unknown): unknown {
  return JSON.isRawJSON(value) ? value.rawJSON : value;
}
