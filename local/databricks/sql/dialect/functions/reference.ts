import type { ColumnType } from '../../types/column-type.ts';
import { typeName } from '../../types/type-name.ts';
import type { Form, SqlFunction } from './function.ts';
import { FUNCTION_FAMILIES } from './index.ts';
import type { ParameterKind } from './parameter-kinds.ts';

const INTRODUCTION = `# Functions of the local SQL warehouse

Generated from the list in \`local/databricks/sql/dialect/functions\` by \`node scripts/sql-reference.ts\`.

Each is what Databricks has under the name, in value, type, column name and treatment of NULL, under ANSI rules. A call of any
other of Databricks' functions, or with arguments whose result is not known to be the same, is refused with SQLSTATE 0A000
("… is not in the local warehouse"); a name that Databricks does not know is refused as there (42883).

Arguments after \`literal\` have to be literals. Regular expressions may use what Java and RE2 have in common: literals, classes,
groups, alternatives, greedy and lazy quantifiers, \`^\`, \`$\`, \`\\b\`. Sums and statistics of DOUBLEs may differ in the last digit,
as they do between two runs on Databricks.
`;

/** The reference page, in Markdown. */
export function functionReference(): string {
  const families = FUNCTION_FAMILIES.map(([title, functions]) => {
    const rows = functions.toSorted((left, right) => left.name.localeCompare(right.name, 'en')).map(rowOf);
    return `## ${title}\n\n${rows.join('\n')}\n`;
  });
  return [INTRODUCTION, ...families].join('\n');
}

function rowOf({ name, aliases = [], synonyms = [], forms, examples }: SqlFunction): string {
  const others = [...aliases, ...synonyms].map((other) => `, \`${other}\``).join('');
  const [example] = examples;
  const described =
    example === undefined ? undefined : `: ${code(example[0])} is ${example[1] === null ? 'NULL' : code(example[1])}`;
  const takes = [...new Set(forms.map(argumentsOf))].join(' or ');
  return `- \`${name}\`${others} ${takes}, ${typesOf(forms)}${described ?? ''}`;
}

const code = (text: string): string => (text.includes('`') || text === '' ? JSON.stringify(text) : `\`${text}\``);

function argumentsOf({ takes, more }: Form): string {
  return `(${[...takes.map(shown), ...(more === undefined ? [] : [`${shown(more)}…`])].join(', ')})`;
}

const SHOWN: Partial<Record<ParameterKind, string>> = {
  number: 'numeric',
  bytes: 'string or binary',
  binaryOnly: 'binary',
  moment: 'date or timestamp',
  momentOnly: 'date or timestamp',
  timestampNtz: 'timestamp_ntz',
};
const shown = (kind: ParameterKind): string => SHOWN[kind] ?? kind.replace(/^(.+)Literal$/, 'literal $1');

function typesOf(forms: readonly Form[]): string {
  const names = forms.map(({ returns }) => (isType(returns) ? typeName(returns) : 'of its arguments'));
  return [...new Set(names)].join(' or ');
}

function isType(returns: Form['returns']): returns is ColumnType {
  return typeof returns !== 'function';
}
