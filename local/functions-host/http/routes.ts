/** A segment of an ASP.NET Core route template. */
interface Segment {
  literal?: string;
  name?: string;
  isCatchAll?: boolean;
  isOptional?: boolean;
  defaultValue?: string;
  constraints?: string[];
}

/** A compiled route template. `precedence` sorts routes: literals before constrained parameters before parameters before catch-alls. */
export interface Route {
  precedence: string;
  /** The parameters if `segments`, decoded, match. */
  match(segments: string[]): Record<string, string> | undefined;
}

const constraints: Record<string, (value: string, argument: string) => boolean> = {
  int: (value) => /^-?\d+$/.test(value) && Math.abs(Number(value)) <= 2 ** 31,
  long: (value) => /^-?\d+$/.test(value),
  bool: (value) => /^(true|false)$/i.test(value),
  guid: (value) => /^\{?[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}\}?$/i.test(value),
  alpha: (value) => /^[a-z]+$/i.test(value),
  decimal: (value) => /^-?\d+(\.\d+)?$/.test(value),
  double: (value) => /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value),
  float: (value) => /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value),
  datetime: (value) => !Number.isNaN(Date.parse(value)),
  required: (value) => value !== '',
  minlength: (value, argument) => value.length >= Number(argument),
  maxlength: (value, argument) => value.length <= Number(argument),
  length: (value, argument) => {
    const [least, most] = argument.split(',').map(Number);
    return value.length >= (least ?? 0) && value.length <= (most ?? least ?? 0);
  },
  min: (value, argument) => Number(value) >= Number(argument),
  max: (value, argument) => Number(value) <= Number(argument),
  range: (value, argument) => {
    const [least, most] = argument.split(',').map(Number);
    return Number(value) >= (least ?? 0) && Number(value) <= (most ?? 0);
  },
  regex: (value, argument) => new RegExp(argument.replaceAll('{{', '{').replaceAll('}}', '}'), 'i').test(value),
};

/** Splits on slashes that are not inside braces. */
function splitTemplate(template: string): string[] {
  const segments: string[] = [];
  let depth = 0;
  let current = '';
  for (const character of template) {
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (character === '/' && depth === 0) {
      segments.push(current);
      current = '';
    } else current += character;
  }
  return [...segments, current].filter(Boolean);
}

/** Splits `int:min(1):regex(^a:b$)` on colons that are not inside parentheses. */
function splitConstraints(text: string): string[] {
  return text.match(/[^:(]+(?:\((?:[^()]|\([^()]*\))*\))?/g) ?? [];
}

function parseSegment(text: string): Segment {
  const match = /^\{(\*{0,2})([^:?=}]+)(.*)\}$/.exec(text);
  if (match === null) return { literal: text.toLowerCase() };
  const [, stars = '', name = '', rest = ''] = match;
  const defaultMatch = /=([^)]*)$/.exec(rest);
  const isOptional = rest.endsWith('?');
  const end = defaultMatch !== null ? defaultMatch.index : rest.length - Number(isOptional);
  return {
    name,
    isCatchAll: stars !== '',
    isOptional: isOptional || defaultMatch !== null,
    ...(defaultMatch !== null ? { defaultValue: defaultMatch[1] ?? '' } : {}),
    constraints: splitConstraints(rest.slice(0, end)),
  };
}

function satisfies(value: string, constraint: string): boolean {
  const [, name = '', argument = ''] = /^(\w+)(?:\((.*)\))?$/.exec(constraint) ?? [];
  return constraints[name.toLowerCase()]?.(value, argument) ?? true;
}

function rank(segment: Segment): string {
  if (segment.literal !== undefined) return '1';
  const isConstrained = (segment.constraints ?? []).length > 0;
  if (segment.isCatchAll === true) return isConstrained ? '4' : '5';
  return isConstrained ? '2' : '3';
}

function matchSegments(template: Segment[], segments: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  let index = 0;
  for (const part of template) {
    const name = part.name ?? '';
    if (part.isCatchAll === true) {
      const rest = segments.slice(index).join('/');
      if (rest !== '' || part.defaultValue === undefined) params[name] = rest;
      else params[name] = part.defaultValue;
      return part.constraints?.every((constraint) => satisfies(rest, constraint)) === true ? params : undefined;
    }
    const value = segments[index++];
    if (part.literal !== undefined) {
      if (value?.toLowerCase() !== part.literal) return undefined;
    } else if (value === undefined) {
      if (part.isOptional !== true) return undefined;
      if (part.defaultValue !== undefined) params[name] = part.defaultValue;
    } else {
      // Between two slashes there is nothing that a parameter could be.
      if (value === '' || part.constraints?.every((constraint) => satisfies(value, constraint)) !== true)
        return undefined;
      params[name] = value;
    }
  }
  return index >= segments.length ? params : undefined;
}

/** Compiles an ASP.NET Core route template: `items/{id:int:min(1)}/{rest?}`, `{*path}`, `{kind=all}`. */
export function compileRoute(template: string): Route {
  const segments = splitTemplate(template).map(parseSegment);
  return {
    precedence: segments.map(rank).join(''),
    match: (path) => matchSegments(segments, path),
  };
}

/** Orders routes as ASP.NET Core tries them. */
export function byPrecedence(a: Pick<Route, 'precedence'>, b: Pick<Route, 'precedence'>): number {
  return a.precedence < b.precedence ? -1 : Number(a.precedence > b.precedence);
}
