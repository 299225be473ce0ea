import { isFileRelation } from './functions.ts';
import { type Token, literalText } from './tokens.ts';

/** A part of a computed name: its text, or the parameter that holds it (`?` for one without a name). */
export type NamePiece = string | { readonly parameter: string };

/** The parts of a name in their order; undefined where it is made in a way that the guard does not follow. */
export type ComputedName = readonly NamePiece[] | undefined;

/** A parameter as the caller gave it. */
export interface GivenParameter {
  readonly name?: string | undefined;
  readonly value?: unknown;
}

/** Longer than a name of three parts may be (255 characters each). */
const MAX_NAME_CHARS = 1_000;
/** A number whose text is what it comes to as a string; leading zeros go. */
const INTEGER = /^(?:0|[1-9]\d*)$/;
/** What may stand between literals and parameters without changing what they come to. */
const JOINTS: ReadonlySet<string> = new Set(['||', '(', ')', 'CONCAT', ',']);

/** What the tokens within `IDENTIFIER(…)` come to: literals and parameters, joined. */
export function computedName(tokens: readonly Token[]): ComputedName {
  const pieces: NamePiece[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    if (token.kind === 'string') {
      const text = literalText(token.text);
      if (text === undefined) return undefined;
      pieces.push(text);
    } else if (token.kind === 'number' && INTEGER.test(token.text)) pieces.push(token.text);
    else if (token.key === '?') pieces.push({ parameter: '?' });
    else if (token.key === ':') pieces.push({ parameter: tokens[++index]?.text ?? '' });
    else if (!JOINTS.has(token.key)) return undefined;
  }
  return pieces;
}

/** Whether one of the names may be one of files, given the parameters; one that is not known may. */
export function mayNameFiles(names: readonly ComputedName[], parameters: readonly GivenParameter[]): boolean {
  const values = new Map<string, string>();
  // A server may take names in either case; what is written exactly so counts first.
  for (const { name = '?', value } of parameters) values.set(name.toLowerCase(), textOf(value));
  for (const { name = '?', value } of parameters) values.set(name, textOf(value));
  return names.some((name) => (isOnePositional(name) ? anyNamesFiles(parameters) : mayNameFile(name, values)));
}

/** Whether a name that no parameter changes may be one of files. */
export function alwaysMayNameFiles(name: ComputedName): boolean {
  return name === undefined || (name.every((piece) => typeof piece === 'string') && mayNameFile(name, new Map()));
}

function isOnePositional(name: ComputedName): boolean {
  const [first] = name ?? [];
  return name?.length === 1 && typeof first === 'object' && first.parameter === '?';
}

function mayNameFile(name: ComputedName, values: ReadonlyMap<string, string>): boolean {
  if (name === undefined) return true;
  let text = '';
  for (const piece of name) {
    if (typeof piece === 'string') text += piece;
    // Which of several parameters without names it is depends on the server's reading of `?::`.
    else if (piece.parameter === '?') return true;
    else text += values.get(piece.parameter) ?? values.get(piece.parameter.toLowerCase()) ?? '';
    if (text.length > MAX_NAME_CHARS) return true;
  }
  return namesFiles(text);
}

/** Whether the value of any parameter is the name of files. */
export function anyNamesFiles(parameters: readonly GivenParameter[]): boolean {
  return parameters.some(({ value }) => namesFiles(textOf(value)));
}

function textOf(value: unknown): string {
  if (JSON.isRawJSON(value)) return value.rawJSON;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function namesFiles(text: string): boolean {
  return isFileRelation(text.split('.').map((part) => part.replaceAll('`', '').trim()));
}
