import { gatewayProblems } from '../scripts/gateway-problems.ts';
import { hostEnvironment, type Environment } from './host-environment.ts';

/** In the place of the addresses of a stack that has not been started. */
const SOMEWHERE = 'https://localhost:1';

/**
 * What the gateway would say of its settings, a sentence each, before anything is built or started. What only a running
 * stack can find out, as whether a document can be read, is left to it.
 */
export function settingProblems(given: Environment): string[] {
  return gatewayProblems(
    hostEnvironment(given, {
      storageConnectionString: 'UseDevelopmentStorage=true',
      caFile: '',
      identityEndpoint: SOMEWHERE,
      identityHeader: '',
      identityUrl: SOMEWHERE,
      vaultUrl: SOMEWHERE,
      eventGridEndpoint: SOMEWHERE,
      ...(given['DATABRICKS_HOST'] ? {} : { databricksUrl: SOMEWHERE }),
    }),
  );
}
