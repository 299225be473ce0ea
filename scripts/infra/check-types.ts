import type { Node } from 'web-tree-sitter';
import {
  problemAt,
  propertiesOf,
  stringOf,
  valueAt,
  type BicepFile,
  type Problem,
  type ResourceDeclaration,
} from './bicep-file.ts';
import type { ObjectType, Properties, ResourceType, ResourceTypes } from './resource-types.ts';

/**
 * Resource types that the snapshot does not have: their templates are parsed and their references are checked, and the
 * compiler of Bicep sees the rest.
 */
export const NOT_IN_SNAPSHOT: readonly string[] = [
  'Microsoft.DurableTask/schedulers',
  'Microsoft.DurableTask/schedulers/taskHubs',
  'Microsoft.Insights/actionGroups',
  'Microsoft.Insights/scheduledQueryRules',
  'Microsoft.Network/privateDnsZones',
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
];

/** What Bicep itself reads of a resource, beside the properties of its type. */
const OF_BICEP = new Set(['parent', 'scope', 'dependsOn']);

const SCALARS: Readonly<Record<string, string>> = { string: 'string', number: 'int', boolean: 'bool' };

/**
 * Names, enums, kinds of values and required properties of every resource, against the types of its API version. An enum
 * is closed here, even where Azure would take other texts. What is computed is left to the compiler of Bicep.
 */
export function checkTypes(file: BicepFile, types: ResourceTypes): Problem[] {
  return file.resources.flatMap((resource) => {
    const type = types[`${resource.type}@${resource.apiVersion}`];
    if (type !== undefined) return checkResource(file, resource, type);
    if (NOT_IN_SNAPSHOT.includes(resource.type)) return [];
    const message = `${resource.type}@${resource.apiVersion} is not in infra/resource-types.json`;
    return [problemAt(file, resource.node, message)];
  });
}

function checkResource(file: BicepFile, { body, node, isExisting }: ResourceDeclaration, type: ResourceType) {
  if (body === undefined) return [problemAt(file, node, 'has no body')];
  if (isExisting) return [];
  const checker = new Checker(file, type);
  const own = propertiesOf(body).filter(({ name }) => !OF_BICEP.has(name));
  checker.object(body, own, checker.variantOf(body, type.body));
  return checker.problems;
}

class Checker {
  readonly problems: Problem[] = [];
  readonly #file: BicepFile;
  readonly #objects: ResourceType['objects'];

  constructor(file: BicepFile, { objects }: ResourceType) {
    this.#file = file;
    this.#objects = objects;
  }

  object(node: Node, own: ReturnType<typeof propertiesOf>, type: ObjectType): void {
    for (const { name, key, value } of own) {
      const property = ownProperty(type.properties, name);
      if (property?.readOnly === true) this.#report(key, `${name} cannot be set`);
      else if (property !== undefined) this.#value(value, property.type);
      else if (type.additional === undefined) this.#report(key, `${name} is no property here${nearest(name, type)}`);
      else this.#value(value, type.additional);
    }
    if (node.namedChildren.some((child) => child.type.includes('spread'))) return;
    for (const [name, { required }] of Object.entries(type.properties)) {
      if (required === true && !own.some((property) => property.name === name)) {
        this.#report(node, `${name} is missing`);
      }
    }
  }

  /** The properties of an object that says by a discriminator which of several it is. */
  variantOf(node: Node, type: ObjectType): ObjectType {
    const { discriminator, variants = {} } = type;
    if (discriminator === undefined) return type;
    const tag = stringOf(valueAt(node, [discriminator]));
    const variant = tag === undefined ? undefined : ownProperty(variants, tag);
    if (variant !== undefined) return { properties: { ...type.properties, ...variant } };
    this.#report(node, `${discriminator} must be one of ${Object.keys(variants).join(', ')}`);
    return { properties: {}, additional: 'any' };
  }

  #value(node: Node, typeText: string): void {
    switch (node.type) {
      case 'object': {
        const type = this.#objectType(typeText);
        if (type === undefined) this.#mismatch(node, 'object', typeText);
        else this.object(node, propertiesOf(node), this.variantOf(node, type));
        return;
      }
      case 'array':
        if (!typeText.endsWith('[]')) this.#mismatch(node, 'array', typeText);
        else for (const item of itemsOf(node)) this.#value(item, typeText.slice(0, -2));
        return;
      case 'for_statement': {
        const body = node.namedChildren.at(-1);
        if (body !== undefined) this.#value(body, typeText.replace(/\[\]$/, ''));
        return;
      }
      case 'ternary_expression':
        for (const branch of node.namedChildren.slice(1)) this.#value(branch, typeText);
        return;
      case 'identifier':
        this.#reference(node, typeText);
        return;
      case 'string':
      case 'number':
      case 'boolean':
        this.#scalar(node, typeText);
        return;
      default:
    }
  }

  /** A variable stands for its value, a parameter for its type. */
  #reference(node: Node, typeText: string): void {
    const parameter = this.#file.parameters.get(node.text);
    const declared = parameter?.namedChildren.find(({ type }) => type === 'type')?.text;
    if (declared === 'bool' || declared === 'int') this.#kind(node, declared, typeText);
    if (declared === 'string' && isEnum(typeText)) return;
    if (declared === 'string') this.#kind(node, declared, typeText);
    const variable = this.#file.variables.get(node.text)?.namedChildren.at(-1);
    if (variable !== undefined && variable.type !== 'identifier') this.#value(variable, typeText);
  }

  #scalar(node: Node, typeText: string): void {
    const text = stringOf(node);
    if (text === undefined || !isEnum(typeText)) {
      this.#kind(node, SCALARS[node.type] ?? '', typeText);
      return;
    }
    const members = typeText.split(' | ').filter((member) => member !== 'string');
    if (!members.includes(text)) this.#report(node, `'${text}' is none of ${members.join(', ')}`);
  }

  #kind(node: Node, kind: string, typeText: string): void {
    if (typeText === 'any' || typeText === kind) return;
    if (kind === 'string' && isEnum(typeText)) return;
    this.#mismatch(node, kind, typeText);
  }

  #objectType(typeText: string): ObjectType | undefined {
    if (typeText === 'any' || typeText === 'object') return { properties: {}, additional: 'any' };
    return ownProperty(this.#objects, typeText);
  }

  #mismatch(node: Node, found: string, expected: string): void {
    if (expected !== 'any') this.#report(node, `expected ${expected}, found ${found}`);
  }

  #report(node: Node, message: string): void {
    this.problems.push(problemAt(this.#file, node, message));
  }
}

function ownProperty<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function isEnum(typeText: string): boolean {
  return !['string', 'int', 'bool', 'any', 'object'].includes(typeText) && !typeText.endsWith('[]');
}

function itemsOf(array: Node): Node[] {
  return array.namedChildren.filter(({ type }) => type !== 'comment');
}

function nearest(name: string, { properties }: { properties: Properties }): string {
  const found = Object.keys(properties).find((known) => known.toLowerCase() === name.toLowerCase());
  return found === undefined ? '' : `: is ${found} meant?`;
}
