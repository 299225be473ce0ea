/** The part of the syntax tree (ESTree) that the rules look at. */
interface SyntaxNode {
  type: string;
  [field: string]: unknown;
}

interface RuleContext {
  sourceCode: { getCommentsBefore(node: SyntaxNode): readonly { type: string; value: string }[] };
  report(problem: { node: SyntaxNode; message: string }): void;
}

type Listeners = Readonly<Record<string, (node: SyntaxNode) => void>>;

const child = (node: SyntaxNode, field: string): SyntaxNode => node[field] as SyntaxNode;
const children = (node: SyntaxNode, field: string): readonly (SyntaxNode | null)[] => node[field] as SyntaxNode[];

/** Whether an expression is data that is written down, not made by code. */
function isData(node: SyntaxNode | null): boolean {
  switch (node?.type) {
    case 'Literal':
      return true;
    case 'TemplateLiteral':
      return children(node, 'expressions').every(isData);
    case 'UnaryExpression':
      return isData(child(node, 'argument'));
    case 'BinaryExpression':
      return isData(child(node, 'left')) && isData(child(node, 'right'));
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return isData(child(node, 'expression'));
    case 'Identifier':
      return isConstantName(node['name'] as string);
    case 'ArrayExpression':
      return children(node, 'elements').length > 0 && children(node, 'elements').every(isData);
    case 'NewExpression':
      return isFilledCollection(node);
    default:
      return false;
  }
}

function isFilledCollection(node: SyntaxNode): boolean {
  const { name } = child(node, 'callee');
  const values = children(node, 'arguments');
  return (name === 'Set' || name === 'Map') && values.length > 0 && values.every(isData);
}

const isConstantName = (name: string): boolean => /^[A-Z][A-Z0-9_]*$/.test(name);

/** `const` at the top of a module that is data: SCREAMING_SNAKE_CASE. */
function constantCase(context: RuleContext): Listeners {
  return {
    Program(program) {
      for (const statement of children(program, 'body')) {
        if (statement === null) continue;
        const declaration = statement.type === 'ExportNamedDeclaration' ? child(statement, 'declaration') : statement;
        if (declaration?.type !== 'VariableDeclaration' || declaration['kind'] !== 'const') continue;
        for (const each of children(declaration, 'declarations')) {
          if (each === null) continue;
          const id = child(each, 'id');
          if (id.type !== 'Identifier' || isConstantName(id['name'] as string) || !isData(child(each, 'init')))
            continue;
          context.report({ node: id, message: 'A constant that is data is written in SCREAMING_SNAKE_CASE.' });
        }
      }
    },
  };
}

/** Members that are private by name, which JavaScript holds, and not by a modifier, which it forgets. */
function privateNames(context: RuleContext): Listeners {
  const check = (node: SyntaxNode) => {
    if (node['accessibility'] === 'private' && node['kind'] !== 'constructor')
      context.report({ node, message: 'A private member is named `#member`.' });
  };
  return { PropertyDefinition: check, MethodDefinition: check };
}

/** `...(condition ? { … } : {})` rather than `...(condition && { … })`, which spreads `false`. */
function conditionalSpread(context: RuleContext): Listeners {
  return {
    SpreadElement(node) {
      const spread = child(node, 'argument');
      if (spread.type === 'LogicalExpression' && spread['operator'] === '&&')
        context.report({ node, message: 'Spread `condition ? { … } : {}`: `&&` spreads what the condition is.' });
    },
  };
}

/** What is exported says in a docstring what it is. */
function exportedDocstring(context: RuleContext): Listeners {
  return {
    ExportNamedDeclaration(node) {
      if (node['declaration'] == null) return;
      const comment = context.sourceCode.getCommentsBefore(node).at(-1);
      if (comment?.type !== 'Block' || !comment.value.startsWith('*'))
        context.report({ node, message: 'What is exported has a docstring.' });
    },
  };
}

/** What every start loads is parsed at every start: of zod as a namespace, a bundle holds what is used, a quarter. */
function namespaceOfZod(context: RuleContext): Listeners {
  return {
    ImportDeclaration(node) {
      if (child(node, 'source')['value'] !== 'zod' || node['importKind'] === 'type') return;
      if (children(node, 'specifiers').some((specifier) => specifier?.type !== 'ImportNamespaceSpecifier'))
        context.report({
          node,
          message: "Import zod whole, `import * as z from 'zod'`: the bundle takes what is used.",
        });
    },
  };
}

/** Rules of this project that the linter does not have. */
export default {
  meta: { name: 'project' },
  rules: {
    'constant-case': { create: constantCase },
    'private-names': { create: privateNames },
    'conditional-spread': { create: conditionalSpread },
    'exported-docstring': { create: exportedDocstring },
    'namespace-of-zod': { create: namespaceOfZod },
  },
};
