/** What a view is given: what follows its own part of the path, and the query. */
export interface ViewProps {
  rest: string;
  query: URLSearchParams;
}
