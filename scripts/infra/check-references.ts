import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Node } from 'web-tree-sitter';
import { nodesOf, problemAt, propertiesOf, stringOf, valueAt, type BicepFile, type Problem } from './bicep-file.ts';

/** That what is declared is used, and what is used is declared, across all templates and their parameters file. */
export function checkReferences(files: readonly BicepFile[], main: string, parameters: readonly string[]): Problem[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const entry = byPath.get(main);
  return [
    ...files.flatMap((file) => [
      ...unused(file),
      ...unknownNames(file),
      ...moduleProblems(file, byPath),
      ...missingFiles(file),
    ]),
    ...(entry === undefined ? [] : parameterProblems(entry, parameters)),
    ...files
      .filter((file) => file !== entry && !isUsed(file, files))
      .map((file) => problemAt(file, file.root, 'is used by no template')),
  ];
}

/** Names in expressions, without those that declare, and without the keys of objects and of members. */
function usedNames(file: BicepFile): { name: string; node: Node }[] {
  return [...nodesOf(file.root)]
    .filter((node) => node.type === 'identifier' && !isName(node))
    .map((node) => ({ name: node.text, node }));
}

function isName(node: Node): boolean {
  const { parent } = node;
  if (parent === null) return false;
  if (parent.type.endsWith('_declaration') || parent.type === 'import_functionality') {
    return parent.namedChildren.find(({ type }) => type === 'identifier')?.id === node.id;
  }
  if (parent.type === 'object_property') return parent.namedChild(0)?.id === node.id;
  // The name of a function, and the name that a loop or a lambda gives.
  if (parent.type === 'call_expression') return parent.namedChild(0)?.id === node.id;
  if (parent.type === 'for_statement') return parent.namedChild(0)?.id === node.id;
  return parent.type === 'lambda_expression' && parent.namedChild(0)?.id === node.id;
}

/** Names that a loop or a lambda gives, anywhere in the file: they end with it, and none is that of a declaration. */
function localNames(file: BicepFile): Set<string> {
  const names = [...nodesOf(file.root)].flatMap((node) => {
    if (node.type === 'loop_variable' || node.type === 'loop_enumerator') return [node.text];
    if (node.type !== 'for_statement' && node.type !== 'lambda_expression') return [];
    return [node.namedChild(0)?.text ?? ''];
  });
  return new Set(names);
}

function unknownNames(file: BicepFile): Problem[] {
  const known = new Set([
    ...file.parameters.keys(),
    ...file.variables.keys(),
    ...file.types.keys(),
    ...file.imports.keys(),
    ...file.resources.map(({ symbol }) => symbol),
    ...file.modules.map(({ symbol }) => symbol),
    ...localNames(file),
  ]);
  return usedNames(file)
    .filter(({ name }) => !known.has(name))
    .map(({ name, node }) => problemAt(file, node, `nothing is named ${name}`));
}

function unused(file: BicepFile): Problem[] {
  const used = new Set(usedNames(file).map(({ name }) => name));
  return [...file.parameters, ...file.variables, ...file.types]
    .filter(([name, node]) => !used.has(name) && !isExported(node))
    .map(([name, node]) => problemAt(file, node, `${name} is used nowhere`));
}

/** What `loadJsonContent` and its kind name. */
function missingFiles(file: BicepFile): Problem[] {
  return [...nodesOf(file.root)]
    .filter((node) => node.type === 'call_expression' && node.text.startsWith('load'))
    .flatMap((node) => {
      const path = stringOf(node.namedChild(1)?.namedChild(0));
      if (path !== undefined && existsSync(join(dirname(file.path), path))) return [];
      return [problemAt(file, node, `there is no ${path ?? 'file of a computed name'}`)];
    });
}

/** Its decorators stand before it. */
function isExported(node: Node): boolean {
  const before = node.previousNamedSibling;
  return before?.type === 'decorators' && before.text.includes('@export()');
}

function moduleProblems(file: BicepFile, byPath: ReadonlyMap<string, BicepFile>): Problem[] {
  const imports = [...file.imports].flatMap(([name, path]) => {
    const target = byPath.get(join(dirname(file.path), path));
    return target?.types.has(name) === true ? [] : [problemAt(file, file.root, `${path} has no ${name}`)];
  });
  const modules = file.modules.flatMap((module) => {
    const target = byPath.get(join(dirname(file.path), module.path));
    if (target === undefined) return [problemAt(file, module.node, `there is no ${module.path}`)];
    const passed = valueAt(module.body, ['params']);
    const names = passed === undefined ? [] : propertiesOf(passed);
    return [
      ...names
        .filter(({ name }) => !target.parameters.has(name))
        .map(({ name, key }) => problemAt(file, key, `${module.path} has no parameter ${name}`)),
      ...[...target.parameters]
        .filter(([name, node]) => !hasDefault(node) && !names.some((property) => property.name === name))
        .map(([name]) => problemAt(file, module.node, `${module.path} needs the parameter ${name}`)),
      ...outputProblems(file, module.symbol, target),
    ];
  });
  return [...imports, ...modules];
}

/** Uses of `module.outputs.name`, and of `module.?outputs.name`. */
function outputProblems(file: BicepFile, symbol: string, target: BicepFile): Problem[] {
  return [...nodesOf(file.root)].flatMap((node) => {
    const [object, property] = node.type === 'member_expression' ? node.namedChildren : [];
    const parts = object?.type === 'member_expression' ? object.namedChildren.map(({ text }) => text) : [];
    if (parts[0] !== symbol || parts.at(-1) !== 'outputs' || property === undefined) return [];
    return target.outputs.has(property.text)
      ? []
      : [problemAt(file, property, `${target.path} has no output ${property.text}`)];
  });
}

function parameterProblems(main: BicepFile, given: readonly string[]): Problem[] {
  const missing = [...main.parameters].filter(([name, node]) => !hasDefault(node) && !given.includes(name));
  const unknown = given.filter((name) => !main.parameters.has(name));
  return [
    ...missing.map(([name, node]) => problemAt(main, node, `${name} stands in no parameters file`)),
    ...unknown.map((name) => problemAt(main, main.root, `the parameters file gives ${name}, which is no parameter`)),
  ];
}

function hasDefault(parameter: Node): boolean {
  return parameter.children.some(({ type }) => type === '=');
}

function isUsed(file: BicepFile, files: readonly BicepFile[]): boolean {
  return files.some((other) =>
    [...other.modules.map(({ path }) => path), ...other.imports.values()].some(
      (path) => join(dirname(other.path), path) === file.path,
    ),
  );
}
