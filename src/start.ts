import { enableCompileCache } from 'node:module';

// Before anything else is compiled: a worker that starts again on the same instance finds what the first has compiled.
// Where no folder can be written, nothing is kept, and nothing fails.
enableCompileCache();

await import('./main.ts');
