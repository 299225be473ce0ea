import { parseJson } from '../json.ts';
import type { SettingName } from './env.ts';
import { SETTINGS } from './env.ts';
import type { SettingReader } from './setting-reader.ts';
import type { WorkspaceConfig } from './workspace-config.ts';
import { readWorkspace } from './workspace-config.ts';

/**
 * Reads `WORKSPACES`: a JSON array of objects with a `name` and the settings of one workspace in lower snake case
 * (`host`, `token_secret`, `warehouse_id`, …). Secrets are given by their names in the vault only.
 */
export function readWorkspaces(reader: SettingReader): WorkspaceConfig[] {
  const text = reader.text('WORKSPACES');
  if (text === undefined) return [];
  const entries = parseEntries(text);
  if (entries === undefined) {
    reader.report('WORKSPACES', 'must be a JSON array of objects whose values are texts or numbers.');
    return [];
  }
  return entries.map((entry, index) => readEntry(entry, `WORKSPACES[${index}]`, reader));
}

function readEntry(
  { name = '', ...entry }: Record<string, string>,
  place: string,
  reader: SettingReader,
): WorkspaceConfig {
  if (!/^[0-9A-Za-z][0-9A-Za-z_-]{0,62}$/.test(name)) {
    reader.report(`${place}.name`, 'must be 1 to 63 letters, digits, dashes and underscores.');
  }
  const env: Record<string, string> = {};
  for (const [key, value] of Object.entries(entry)) {
    const setting = SETTING_OF_KEY.get(key);
    if (setting !== undefined) env[setting] = value;
    else if (SETTING_OF_KEY.has(`${key}_secret`)) {
      reader.report(`${place}.${key}`, `is a secret: give ${key}_secret, its name in the vault, instead.`);
    } else reader.report(`${place}.${key}`, 'is not a setting of a workspace.');
  }
  const nested = reader.nested(env, (setting) => `${place}.${keyOf(setting)}`);
  return readWorkspace(name, nested);
}

/**
 * `token_secret` is `DATABRICKS_TOKEN_SECRET`; names that are not Databricks' own keep their prefix
 * (`azure_client_id`).
 */
const SETTING_OF_KEY = new Map(
  Object.entries(SETTINGS)
    .filter(([name]) => /^(DATABRICKS|ARM|AZURE)_/.test(name))
    .map(([name, traits]) => ('secret' in traits ? `${name}_SECRET` : (name as SettingName)))
    .map((name) => [keyOf(name), name]),
);

function keyOf(setting: string): string {
  return setting.replace(/^DATABRICKS_/, '').toLowerCase();
}

/** Looked at by hand: settings are read at every start, and zod is loaded with what needs it. */
function parseEntries(text: string): Record<string, string>[] | undefined {
  try {
    const entries = parseJson(text);
    return Array.isArray(entries) ? entries.map(entryOf) : undefined;
  } catch {
    return undefined;
  }
}

/** @throws TypeError for what is no object of texts and numbers */
function entryOf(entry: unknown): Record<string, string> {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw new TypeError('no object');
  const members = Object.entries(entry).map(([name, value]: [string, unknown]) => {
    if (typeof value !== 'string' && typeof value !== 'number') throw new TypeError('neither text nor number');
    return [name, String(value)] as const;
  });
  return Object.fromEntries(members);
}
