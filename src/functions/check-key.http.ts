import type { Call, Handle } from '../shared/http/handler.ts';

/** `GET /api/health/key`: those who have a key are let in; there is nothing to see. */
export const handle: Handle<Call> = () => Promise.resolve({ status: 204 });
