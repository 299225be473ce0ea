/** An option of a command. */
export interface Option {
  type: 'string' | 'boolean';
  /** May be given more than once. */
  multiple?: true;
  short?: string;
  /** What stands for its value in the help. */
  value?: string;
  help: string;
}

/** The options of a command, by their names. */
export type Options = Readonly<Record<string, Option>>;

type ValueOf<O extends Option> = O['type'] extends 'boolean' ? boolean : string;

/** The values that a command was given, by the names of its options. */
export type Values<Of extends Options> = {
  [Name in keyof Of]?: (Of[Name] extends { multiple: true } ? ValueOf<Of[Name]>[] : ValueOf<Of[Name]>) | undefined;
};
