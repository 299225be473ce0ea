import { nodesOf, problemAt, type BicepFile, type Problem } from './bicep-file.ts';

/** What the parser of Bicep does not understand. */
export function checkSyntax(file: BicepFile): Problem[] {
  if (!file.root.hasError) return [];
  return [...nodesOf(file.root)]
    .filter((node) => node.isError || node.isMissing)
    .map((node) => problemAt(file, node, `does not parse: ${node.text.slice(0, 60)}`));
}
