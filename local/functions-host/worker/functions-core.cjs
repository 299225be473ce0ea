// What `require('@azure/functions-core')` gives inside the app: the object of core-api.ts, which load-app.ts puts here.
// oxlint-disable-next-line typescript/no-unsafe-assignment -- outside TypeScript's sight
module.exports = globalThis[Symbol.for('azure.functions-core')];
