import { notInWarehouse } from './failures.ts';

/** A pattern of java.util.regex in RE2's syntax. */
export interface Pattern {
  re2: string;
  groups: number;
  /** Whether it may match nothing, where the two walk on differently. */
  matchesEmpty: boolean;
  /** Whether RE2 finds the same only in ASCII text: `\b`, `\B`, `(?i)`. */
  asciiOnly: boolean;
  /** Whether it has a `$`, which in Java also stands before a last line break. */
  hasEnd: boolean;
}

/** Escapes that mean the same in both, and those that are spelled otherwise. */
const ESCAPES: Readonly<Record<string, string>> = {
  d: '0-9',
  w: 'a-zA-Z0-9_',
  s: String.raw`\t\n\x0B\f\r `,
  t: String.raw`\t`,
  n: String.raw`\n`,
  r: String.raw`\r`,
  f: String.raw`\f`,
};
const NOT_LINE_BREAK = String.raw`[^\n\r\x{85}\x{2028}\x{2029}]`;
const MAX_REPEAT = 1000;

/**
 * Translates what java.util.regex and RE2 both have: literals, classes, groups, alternatives, greedy and lazy quantifiers,
 * `^`, `$`, `\b`, `(?i)` before all else.
 * @throws {@link SqlError} 0A000 for everything else (lookaround, back references, possessive quantifiers, …)
 */
export function javaPattern(pattern: string): Pattern {
  return new Translation(pattern).run();
}

class Translation {
  readonly #source: string;
  readonly #found = { groups: 0, asciiOnly: false, hasEnd: false };
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  run(): Pattern {
    // Java folds the case of ASCII letters only.
    const folded = this.#take(/\(\?i\)/) !== undefined ? '(?i)' : '';
    this.#found.asciiOnly = folded !== '';
    const { text, empty } = this.#alternatives();
    if (this.#at < this.#source.length) throw this.#refused();
    return { re2: folded + text, matchesEmpty: empty, ...this.#found };
  }

  #refused(): Error {
    return notInWarehouse(`The regular expression '${this.#source}' (at ${this.#at + 1})`);
  }

  #take(expected: RegExp): RegExpExecArray | undefined {
    const sticky = new RegExp(expected.source, 'yu');
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#source);
    if (match !== null) this.#at += match[0].length;
    return match ?? undefined;
  }

  #alternatives(): { text: string; empty: boolean } {
    const all = [this.#sequence()];
    while (this.#take(/\|/) !== undefined) all.push(this.#sequence());
    return { text: all.map(({ text }) => text).join('|'), empty: all.some(({ empty }) => empty) };
  }

  #sequence(): { text: string; empty: boolean } {
    let text = '';
    let empty = true;
    while (this.#at < this.#source.length && !/[|)]/.test(this.#source[this.#at] ?? '')) {
      const atom = this.#atom();
      const quantifier = this.#quantifier();
      text += atom.text + quantifier.text;
      empty &&= atom.empty || quantifier.optional;
    }
    return { text, empty };
  }

  #quantifier(): { text: string; optional: boolean } {
    const match = this.#take(/(?:[*+?]|\{(\d+)(?:,(\d*))?\})\??/);
    if (match === undefined) return { text: '', optional: false };
    const [text, least, most = ''] = match;
    if (Number(least ?? 0) > MAX_REPEAT || Number(most) > MAX_REPEAT || this.#take(/[+*?{]/) !== undefined)
      throw this.#refused();
    return { text, optional: /^[*?]/.test(text) || least === '0' };
  }

  #atom(): { text: string; empty: boolean } {
    const group = this.#take(/\((?:\?:|\?<([a-zA-Z][a-zA-Z0-9]*)>)?(?!\?)/);
    if (group !== undefined) return this.#group(group[0]);
    if (this.#take(/\[/) !== undefined) return { text: this.#characterClass(), empty: false };
    if (this.#take(/\./) !== undefined) return { text: NOT_LINE_BREAK, empty: false };
    if (this.#take(/\^/) !== undefined) return { text: String.raw`\A`, empty: true };
    if (this.#take(/\$/) !== undefined) {
      this.#found.hasEnd = true;
      return { text: String.raw`\z`, empty: true };
    }
    const boundary = this.#take(/\\[bB]/);
    if (boundary !== undefined) {
      this.#found.asciiOnly = true;
      return { text: boundary[0], empty: true };
    }
    return { text: this.#character(false), empty: false };
  }

  #group(opening: string): { text: string; empty: boolean } {
    if (opening !== '(?:') this.#found.groups++;
    const inner = this.#alternatives();
    if (this.#take(/\)/) === undefined) throw this.#refused();
    return { text: `${opening === '(?:' ? opening : '('}${inner.text})`, empty: inner.empty };
  }

  #characterClass(): string {
    const negated = this.#take(/\^/) !== undefined ? '^' : '';
    let text = '';
    while (this.#take(/\]/) === undefined) {
      if (this.#at >= this.#source.length || this.#take(/\[|&&/) !== undefined) throw this.#refused();
      text +=
        this.#take(/-/) !== undefined
          ? this.#source[this.#at] === ']' || text === ''
            ? String.raw`\-`
            : '-'
          : this.#character(true);
    }
    if (text === '') throw this.#refused();
    return `[${negated}${text}]`;
  }

  /** One character or one class of them. */
  #character(inClass: boolean): string {
    const short = this.#take(/\\([dwsDWStnrf])/);
    if (short !== undefined) return this.#shortClass(short[1] ?? '', inClass);
    const escaped = this.#take(/\\([^a-zA-Z0-9])/);
    if (escaped !== undefined) return quoted(escaped[1] ?? '');
    const code = this.#take(/\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/);
    if (code !== undefined) return `\\x{${code[1] ?? code[2]}}`;
    const plain = this.#take(inClass ? /[^\\[\]&]|&(?!&)/ : /[^\\()[\]{}*+?|^$.]|[\]}]/);
    if (plain === undefined) throw this.#refused();
    return quoted(plain[0]);
  }

  #shortClass(letter: string, inClass: boolean): string {
    const members = ESCAPES[letter.toLowerCase()] ?? '';
    if (!/[dwsDWS]/.test(letter)) return members;
    if (/[dws]/.test(letter)) return inClass ? members : `[${members}]`;
    if (inClass && letter === 'S') throw this.#refused();
    return inClass ? `\\${letter}` : `[^${members}]`;
  }
}

function quoted(character: string): string {
  return /[\w\s]|[^\x20-\x7E]/.test(character) ? character : `\\${character}`;
}

/**
 * A replacement of java.util.regex in RE2's syntax: `$1` is `\1`.
 * @throws {@link SqlError} 0A000 where Java would fail or take a name
 */
export function javaReplacement(replacement: string, groups: number): string {
  return replacement.replaceAll(
    /\$(\d)(\d)?|\\([^])|([\\$])/g,
    (whole, first?: string, second?: string, escaped?: string) => {
      if (escaped !== undefined) return escaped === '\\' ? '\\\\' : escaped;
      if (first === undefined || Number(first) > groups || (second !== undefined && Number(first + second) <= groups))
        throw notInWarehouse(`The replacement '${replacement}' (at ${whole})`);
      return `\\${first}${second ?? ''}`;
    },
  );
}
