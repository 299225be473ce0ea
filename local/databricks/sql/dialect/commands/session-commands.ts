import { nameParts, schemaName } from '../../catalog/relation-name.ts';
import { literalRows } from '../../catalog/literal-rows.ts';
import { DEFAULT_CATALOG } from '../../engine/catalog-names.ts';
import { catalogNotFound, schemaNotFound } from '../../errors.ts';
import type { Plan } from '../../engine/plan.ts';
import { quoteString } from '../../quoting.ts';
import { checkSetting } from '../../engine/session-settings.ts';
import { SqlError } from '../../sql-error.ts';
import { NAME, query, type Command, type CommandContext, type Groups } from './command.ts';

/** USE, SET and RESET. */
export const sessionCommands: readonly Command[] = [
  [String.raw`(?:use|set)\s+catalog\s+(?<name>${NAME}|'[^']+')`, useCatalog],
  [String.raw`use(?:\s+(?:schema|database|namespace))?\s+(?<name>${NAME})`, useSchema],
  [String.raw`set\s+time\s+zone\s+(?:'(?<zone>[^']+)'|(?<local>local))`, setTimeZone],
  [String.raw`set(?:\s+-v)?`, (_match, { session }) => settings([...session.configuration])],
  [String.raw`set\s+(?<key>[\w.]+|\`[^\`]+\`)`, showSetting],
  [String.raw`set\s+(?<key>[\w.]+|\`[^\`]+\`)\s*=\s*(?<value>[^]*)`, setSetting],
  [String.raw`reset(?:\s+(?<key>[\w.]+))?`, resetSetting],
];

function useCatalog({ name }: Groups): Plan {
  const catalog = nameParts(name).at(-1) ?? DEFAULT_CATALOG;
  return use(catalog, 'default');
}

function useSchema({ name }: Groups, { session }: CommandContext): Plan {
  const { catalog, schema } = schemaName(nameParts(name), session);
  return use(catalog, schema);
}

function use(catalog: string, schema: string): Plan {
  return {
    kind: 'command',
    verb: 'use',
    async resolve(reader) {
      if (!(await reader.hasCatalog(catalog))) throw catalogNotFound(catalog);
      if (!(await reader.hasSchema({ catalog, schema }))) throw schemaNotFound(`${catalog}.${schema}`);
      return {
        kind: 'command',
        verb: 'use',
        apply(session) {
          session.catalog = catalog;
          session.schema = schema;
        },
      };
    },
  };
}

function setTimeZone({ zone = 'UTC' }: Groups): Plan {
  return {
    kind: 'command',
    verb: 'set',
    sql: `SET TimeZone = ${quoteString(zone)}`,
    apply: (session) => session.configuration.set('timezone', zone),
  };
}

const settings = (entries: [string, string][]): Plan =>
  query('set', literalRows({ key: 'VARCHAR', value: 'VARCHAR' }, entries));

function showSetting({ key = '' }: Groups, { session }: CommandContext): Plan {
  const plain = key.replaceAll('`', '');
  checkSetting(plain);
  return settings([[plain, session.configuration.get(plain.toLowerCase()) ?? '<undefined>']]);
}

function setSetting({ key = '', value = '' }: Groups): Plan {
  const plain = key.replaceAll('`', '');
  const text = value
    .trim()
    .replace(/^'([^]*)'$|^"([^]*)"$/, (_all, single?: string, double?: string) => single ?? double ?? '');
  if (text.includes(';')) throw new SqlError('PARSE_SYNTAX_ERROR', '42601', "Syntax error at or near ';'.");
  checkSetting(plain, text);
  if (plain.toLowerCase() === 'timezone') return setTimeZone({ zone: text });
  return { ...settings([[plain, text]]), apply: (session) => session.configuration.set(plain.toLowerCase(), text) };
}

function resetSetting({ key }: Groups): Plan {
  return {
    kind: 'command',
    verb: 'reset',
    apply: (session) => {
      if (key) session.configuration.delete(key.toLowerCase());
      else session.configuration.clear();
    },
  };
}
