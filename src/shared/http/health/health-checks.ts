import type { AppContext } from '../../context.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import type { HealthCheck } from '../../health/check-health.ts';

/**
 * A check of everything that the gateway depends on. Without storage, Durable Functions or vault it is down; a
 * workspace that cannot be reached only degrades it, because runs are still accepted and wait; so does a document of
 * the operator of which the last usable text is in use.
 */
export function healthChecks(context: AppContext, orchestrations: RunOrchestrations): HealthCheck[] {
  const { config, documents, ledger, tokenVerifier } = context;
  return [
    { name: 'storage', whenFailing: 'down', run: () => ledger.claim('health') },
    { name: 'engine', whenFailing: 'down', run: () => orchestrations.admission('health') },
    ...(config.keyVaultUrl === undefined
      ? []
      : [{ name: 'vault', whenFailing: 'down' as const, run: () => context.probeVault() }]),
    ...(tokenVerifier === undefined
      ? []
      : [{ name: 'entra', whenFailing: 'degraded' as const, run: () => tokenVerifier.probe() }]),
    ...config.workspaces.map(({ name, host }) => ({
      name: `databricks:${name}`,
      whenFailing: 'degraded' as const,
      address: host,
      run: () => context.workspace(name).probe(),
    })),
    ...documents.states().map(({ setting, failure }) => ({
      name: setting,
      whenFailing: 'degraded' as const,
      run: () => (failure === undefined ? Promise.resolve() : Promise.reject(failure)),
    })),
  ];
}
