import { describedRoutes, type DescribedRoute } from '../../src/shared/http/openapi/described-route.ts';

/** Enough for the app to start; nothing of it is called. */
const SETTINGS = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
};

/** The routes of the app with what the documents say of them, as the app registers them. */
export async function appRoutes(): Promise<DescribedRoute[]> {
  const { warn } = console;
  const before = { ...process.env };
  // Outside a host the Functions library says of every function that it is not registered.
  console.warn = () => undefined;
  Object.assign(process.env, SETTINGS);
  try {
    await import('../../src/main.ts');
  } finally {
    console.warn = warn;
    process.env = before;
  }
  const { registeredRoutes } = await import('../../src/functions/registered-routes.ts');
  const { OPERATIONS } = await import('../../src/functions/operations.ts');
  return describedRoutes(OPERATIONS, registeredRoutes());
}
