import { startStack } from '../../local/stack.ts';

// The warehouse has a process of its own, as it has in earnest; the benchmark is the client of it and of the gateway.
const stack = await startStack({ env: { AzureFunctionsJobHost__logging__logLevel__default: 'Warning' } });
process.once('disconnect', () => {
  void stack[Symbol.asyncDispose]().then(() => process.exit());
});
process.send?.({
  gatewayUrl: stack.url,
  warehouseUrl: stack.databricks.url,
  token: stack.databricks.token,
  caFile: stack.caFile,
});
