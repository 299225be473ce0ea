import type { Node } from 'web-tree-sitter';
import { SETTINGS, settingNames } from '../../src/shared/config/env.ts';
import { nodesOf, problemAt, propertiesOf, stringOf, valueAt, type BicepFile, type Problem } from './bicep-file.ts';
import { FORBIDDEN_SETTINGS, NOT_DEPLOYED, PLATFORM_SETTINGS } from './deployed-settings.ts';

/** That the templates write exactly the settings that the app and the host read, and none that the plan forbids. */
export function checkSettings(files: readonly BicepFile[]): Problem[] {
  const written = files.flatMap(writtenSettings);
  const read = new Set(settingNames());
  const problems = written.flatMap(({ file, name, node }) => {
    if (FORBIDDEN_SETTINGS.includes(name)) return [problemAt(file, node, `${name} may not be set on this plan`)];
    if (name in PLATFORM_SETTINGS) return [];
    if (!read.has(name)) return [problemAt(file, node, `${name} is a setting that nothing reads`)];
    return isSecretValue(name) ? [problemAt(file, node, `${name} is a secret: only its name may be set`)] : [];
  });
  const [first] = written;
  if (first === undefined) return [{ path: 'infra', line: 1, message: 'no template writes settings' }];
  const names = new Set(written.map(({ name }) => name));
  const missing = [...read].filter((name) => !names.has(name) && !(name in NOT_DEPLOYED) && !isSecretValue(name));
  return [
    ...problems,
    ...missing.map((name) => problemAt(first.file, first.node, `the app reads ${name}, and no template can set it`)),
  ];
}

interface WrittenSetting {
  file: BicepFile;
  name: string;
  node: Node;
}

/** The names in whatever the resource `config/appsettings` puts together: objects, variables, a type. */
function writtenSettings(file: BicepFile): WrittenSetting[] {
  const inList = file.resources
    .flatMap(({ body }) => valueAt(body, ['properties', 'siteConfig', 'appSettings']) ?? [])
    .flatMap((list) => objectsOf(file, list))
    .flatMap((object) => propertiesOf(object).filter(({ name }) => name === 'name'))
    .map(({ value }) => ({ file, name: stringOf(value) ?? value.text, node: value }));
  const inObjects = file.resources
    .filter(({ type }) => type === 'Microsoft.Web/sites/config')
    .flatMap(({ body }) => {
      const value = valueAt(body, ['properties']);
      return value === undefined ? [] : objectsOf(file, value);
    })
    .flatMap((object) => propertiesOf(object).map(({ name, key }) => ({ file, name, node: key })));
  const inTypes = [...file.types.values()]
    .flatMap((type) => type.namedChildren.filter((child) => child.type === 'object'))
    .flatMap((object) => propertiesOf(object).map(({ name, key }) => ({ file, name, node: key })));
  return [...inList, ...inObjects, ...inTypes];
}

/** Objects in an expression, and in the variables that it names. */
function objectsOf(file: BicepFile, expression: Node): Node[] {
  return [...nodesOf(expression)].flatMap((node) => {
    if (node.type === 'object') return [node];
    const variable = node.type === 'identifier' ? file.variables.get(node.text)?.namedChildren.at(-1) : undefined;
    return variable === undefined ? [] : objectsOf(file, variable);
  });
}

function isSecretValue(name: string): boolean {
  return (Object.entries(SETTINGS) as [string, { secret?: true }][]).some(
    ([known, { secret }]) => known === name && secret === true,
  );
}
