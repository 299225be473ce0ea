import { UsageError } from './failures.ts';

/** An option of every command that gives parameters. */
export const PARAMETER_OPTION = {
  type: 'string',
  multiple: true,
  short: 'p',
  value: 'NAME=TEXT',
  help: 'A parameter; NAME:=JSON gives one that is no text. May be repeated.',
} as const;

/**
 * The JSON text of an object of parameters, each as `name=text` or `name:=json`, with all digits of its numbers.
 * @throws {UsageError}
 */
export function parametersJson(given: readonly string[]): string {
  return jsonObject(
    given.map((parameter): [string, string] => {
      const [, name = '', isJson, value = ''] = /^([^:=]+)(:?)=(.*)$/s.exec(parameter) ?? [];
      if (name === '')
        throw new UsageError(`A parameter is NAME=TEXT or NAME:=JSON, and not ${JSON.stringify(parameter)}.`);
      return [name, isJson === ':' ? checkedJson(name, value) : JSON.stringify(value)];
    }),
  );
}

/** As `parametersJson`, where every value is text. @throws {UsageError} */
export function textsJson(option: string, given: readonly string[]): string {
  return jsonObject(
    given.map((entry): [string, string] => {
      const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(entry) ?? [];
      if (name === '') throw new UsageError(`${option} takes NAME=TEXT, and not ${JSON.stringify(entry)}.`);
      return [name, JSON.stringify(value)];
    }),
  );
}

/** A member of a JSON object: its name, and its value as JSON; undefined where the object is to have no such member. */
export type Member = readonly [name: string, json: string | undefined];

/** The JSON text of an object. @throws {UsageError} a name twice */
export function jsonObject(members: readonly Member[]): string {
  const names = new Set(members.map(([name]) => name));
  if (names.size < members.length) throw new UsageError('A name is given more than once.');
  const written = members.filter(([, json]) => json !== undefined);
  return `{${written.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}

/** A value as JSON by `write`, JSON.stringify unless another is given; undefined where the command line has no such value. */
export function jsonOfGiven<Value>(
  value: Value | undefined,
  write: (value: Value) => string = JSON.stringify,
): string | undefined {
  return value === undefined ? undefined : write(value);
}

function checkedJson(name: string, text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new UsageError(`The value of ${name} is not JSON: give ${name}=TEXT for a text.`);
  }
}
