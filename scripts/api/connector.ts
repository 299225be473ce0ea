import { swaggerDocument } from '../../src/shared/http/openapi/swagger-document.ts';
import { appRoutes } from './described-routes.ts';

/** To be replaced by the app's own name. */
const PLACEHOLDER = 'https://YOUR-APP.azurewebsites.net';

/** The definition of the custom connector: the document of an app that asks for keys. */
export async function connectorDefinition(): Promise<string> {
  const document = swaggerDocument(await appRoutes(), { baseUrl: PLACEHOLDER, auth: { mode: 'keys' } });
  return `${JSON.stringify(document, null, 2)}\n`;
}
