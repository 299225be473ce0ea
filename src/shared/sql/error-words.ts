/** What is looked at of a text that a server sent, however long it is. */
const MAX_READ_CHARS = 64 * 1024;
const MAX_WORDS_CHARS = 4_000;

/** What Spark's Thrift server and Databricks put before an error's own words, in any order and number. */
const LEADING =
  /\*?(?:Error (?:running query|operating [A-Z_]{1,40}): |[a-z_]\w{0,100}(?:\.\w{1,100}){0,20}\.[A-Z][\w$]{0,200}:\s{0,8})/y;
const MARKER = /\[[A-Z][A-Z0-9_]{0,200}(?:\.[A-Z0-9_]{1,200}){0,4}\]\s{0,8}/y;

/** An exception's full name, wherever it stands: `org.apache.spark.SparkException: `. */
const EXCEPTION_NAME =
  /(?<![\w.$])(?:[a-z_]\w{0,100}\.){1,20}(?:[A-Z][\w$]{0,200})?(?:Exception|Error|Throwable)\b(?::\s?)?/g;
/** One frame of a Java stack, or the cause below it; all that follows belongs to the stack. */
const STACK = /\n[ \t]{0,8}(?:at [\w$.<>/]{1,400}\(|Caused by: )/;
/** A plan by its headline. */
const TITLED_PLAN = /\n== (?:Parsed|Analyzed|Optimized|Physical)[\w ]{0,40} Plan ==/;
/** The first line of a plan: the name of a node, unresolved (`'`), invalid (`!`) or neither. */
const PLAN_NODE = /^['!*]?[A-Z][A-Za-z]{1,60}(?=$|[ ([<])/;
/** Every other line of a plan hangs from a node above it. */
const PLAN_BRANCH = /^[ :|]{0,400}(?:\+-|:-|\*\()/;

/**
 * The words of an error for its caller: without the Java names before and among them, the Java stack and the query plan
 * after them. At most 4,000 characters; the time it takes grows with the text's length only.
 */
export function errorWords(text: string): string {
  const read = withoutPlan(cutAt(STACK, cutAt(TITLED_PLAN, text.slice(0, MAX_READ_CHARS))));
  return read.slice(leadingLength(read)).replace(EXCEPTION_NAME, '').trim().slice(0, MAX_WORDS_CHARS);
}

function cutAt(pattern: RegExp, text: string): string {
  const at = text.search(pattern);
  return at === -1 ? text : text.slice(0, at);
}

/** How much of the text is prefixes. The marker of an error class is one only where a further prefix follows it. */
function leadingLength(text: string): number {
  let length = 0;
  for (let at = 0; ;) {
    const prefix = matchAt(LEADING, text, at);
    if (prefix > 0) {
      at += prefix;
      length = at;
      continue;
    }
    const marker = matchAt(MARKER, text, at);
    if (marker === 0 || matchAt(LEADING, text, at + marker) === 0) return length;
    at += marker;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** Spark appends the plan of a statement that it could not analyse, on lines of its own after a semicolon. */
function withoutPlan(text: string): string {
  for (let at = text.indexOf(';\n'); at !== -1; at = text.indexOf(';\n', at + 2)) {
    const [first = '', second] = text.slice(at + 2, at + 2_000).split('\n', 2);
    const isPlan = PLAN_NODE.test(first) && (second === undefined || second === '' || PLAN_BRANCH.test(second));
    if (isPlan || first.startsWith("'")) return text.slice(0, at);
  }
  return text;
}

/** The error class that a text names first, as `TABLE_OR_VIEW_NOT_FOUND` or `UNRESOLVED_COLUMN.WITH_SUGGESTION`. */
export function errorClassOf(text: string): string | undefined {
  return /\[([A-Z][A-Z0-9_]{0,200}(?:\.[A-Z0-9_]{1,200}){0,4})\]/.exec(text.slice(0, MAX_READ_CHARS))?.[1];
}

/** The SQLSTATE that a text names, as `SQLSTATE: 42P01`. */
export function sqlStateIn(text: string): string | undefined {
  return /SQLSTATE[:=]?\s{0,4}\(?([0-9A-Z]{5})\b/.exec(text.slice(0, MAX_READ_CHARS))?.[1];
}
