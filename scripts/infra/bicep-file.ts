import { createRequire } from 'node:module';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Language, Parser, type Node } from 'web-tree-sitter';

/** A resource as it is declared: `type` has no version. */
export interface ResourceDeclaration {
  symbol: string;
  type: string;
  apiVersion: string;
  /** What is known of it beforehand, and not made by the template. */
  isExisting: boolean;
  /** The object; undefined where it is not one. */
  body: Node | undefined;
  node: Node;
}

/** A module as it is used. `path` is relative to the file that uses it. */
export interface ModuleDeclaration {
  symbol: string;
  path: string;
  body: Node | undefined;
  node: Node;
}

/** One template, parsed. Maps go from a name to the node that declares it. */
export interface BicepFile {
  path: string;
  root: Node;
  parameters: Map<string, Node>;
  variables: Map<string, Node>;
  types: Map<string, Node>;
  outputs: Map<string, Node>;
  /** Names that come from other files, and from which. */
  imports: Map<string, string>;
  resources: ResourceDeclaration[];
  modules: ModuleDeclaration[];
}

/** What is wrong in a template, and where. */
export interface Problem {
  path: string;
  line: number;
  message: string;
}

/** A problem at a node of a file. */
export function problemAt(file: BicepFile, node: Node, message: string): Problem {
  return { path: file.path, line: node.startPosition.row + 1, message };
}

/** All templates of a folder and the folders in it, by path. @throws Error where the folder cannot be read */
export async function readTemplates(folder: string): Promise<BicepFile[]> {
  const names = await readdir(folder, { recursive: true });
  const paths = names.filter((name) => name.endsWith('.bicep')).toSorted();
  return Promise.all(
    paths.map(async (name) => parseBicep(join(folder, name), await readFile(join(folder, name), 'utf8'))),
  );
}

let opened: Promise<Parser> | undefined;

/** Parses one template; what cannot be parsed is left in its tree as nodes of errors. */
export async function parseBicep(path: string, text: string): Promise<BicepFile> {
  opened ??= openParser();
  const tree = (await opened).parse(text);
  if (tree === null) throw new Error(`${path} could not be parsed.`);
  const file: BicepFile = {
    path,
    root: tree.rootNode,
    parameters: new Map(),
    variables: new Map(),
    types: new Map(),
    outputs: new Map(),
    imports: new Map(),
    resources: [],
    modules: [],
  };
  for (const node of tree.rootNode.namedChildren) declare(file, node);
  return file;
}

async function openParser(): Promise<Parser> {
  await Parser.init();
  const language = createRequire(import.meta.url).resolve('tree-sitter-bicep/tree-sitter-bicep.wasm');
  return new Parser().setLanguage(await Language.load(language));
}

function declare(file: BicepFile, node: Node): void {
  const name = node.namedChildren.find(({ type }) => type === 'identifier')?.text ?? '';
  switch (node.type) {
    case 'parameter_declaration':
      file.parameters.set(name, node);
      return;
    case 'variable_declaration':
      file.variables.set(name, node);
      return;
    case 'type_declaration':
      file.types.set(name, node);
      return;
    case 'output_declaration':
      file.outputs.set(name, node);
      return;
    case 'import_functionality':
      file.imports.set(name, stringOf(node.namedChildren.find(({ type }) => type === 'string')) ?? '');
      return;
    case 'resource_declaration': {
      const [type = '', apiVersion = ''] = (stringOf(node.namedChild(1)) ?? '').split('@');
      const isExisting = node.children.some((child) => child.type === 'existing');
      file.resources.push({ symbol: name, type, apiVersion, isExisting, body: bodyOf(node), node });
      return;
    }
    case 'module_declaration':
      file.modules.push({ symbol: name, path: stringOf(node.namedChild(1)) ?? '', body: bodyOf(node), node });
      return;
    default:
  }
}

/** The object of a declaration, under the condition or the loop that it may stand in. */
function bodyOf(node: Node): Node | undefined {
  const last = node.namedChildren.findLast(({ type }) => ['object', 'if_statement', 'for_statement'].includes(type));
  return last === undefined || last.type === 'object' ? last : bodyOf(last);
}

/** The text of a string without interpolations; undefined for all else. */
export function stringOf(node: Node | null | undefined): string | undefined {
  if (node?.type !== 'string' || node.namedChildren.some(({ type }) => type !== 'string_content')) return undefined;
  return node.namedChildren.map(({ text }) => text).join('');
}

/** The properties of an object, by name, with the nodes of name and value. */
export function propertiesOf(object: Node): { name: string; key: Node; value: Node }[] {
  return object.namedChildren
    .filter(({ type }) => type === 'object_property')
    .flatMap((property) => {
      const [key] = property.namedChildren;
      const value = property.namedChildren.findLast(({ type }) => type !== 'comment');
      if (key === undefined || value === undefined || key.id === value.id) return [];
      return [{ name: stringOf(key) ?? key.text, key, value }];
    });
}

/** The value of a property, or of one inside it: `['properties', 'sku']`. */
export function valueAt(object: Node | undefined, path: readonly string[]): Node | undefined {
  let value = object;
  for (const name of path) {
    if (value?.type !== 'object') return undefined;
    value = propertiesOf(value).find((property) => property.name === name)?.value;
  }
  return value;
}

/** Every node of a tree, the outer before the inner. */
export function* nodesOf(node: Node): Generator<Node> {
  // Generators within generators hand on every node once a level.
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    open.push(...next.children.toReversed());
  }
}
