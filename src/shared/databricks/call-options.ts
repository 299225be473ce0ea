import type { DatabricksRequest } from './transport.ts';

/** Bounds that a call may set for itself; see `DatabricksRequest`. */
export type CallOptions = Pick<DatabricksRequest, 'signal' | 'timeoutMs' | 'budgetMs' | 'notAfterMs' | 'trace'>;
