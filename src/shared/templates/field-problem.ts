/** What is wrong with one place of a document. */
export interface FieldProblem {
  path: readonly (string | number)[];
  message: string;
}
