// What `require('@azure/functions-core')` gives inside the app: the object of core-api.ts, which load-app.ts puts here.
module.exports = globalThis[Symbol.for('azure.functions-core')];
