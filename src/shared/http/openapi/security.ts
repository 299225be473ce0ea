import type { AuthConfig } from '../../config/auth-config.ts';

/** How callers say who they are, for the two versions of OpenAPI; nothing in mode `anonymous`. */
export interface SecurityScheme {
  name: string;
  openApi: Readonly<Record<string, unknown>>;
  /** Version 2.0 knows no bearer tokens: a header stands for them. */
  swagger: Readonly<Record<string, unknown>>;
}

/** The scheme of a mode. @see https://spec.openapis.org/oas/v3.1.0#security-scheme-object */
export function securityScheme({ mode, entra }: Pick<AuthConfig, 'mode' | 'entra'>): SecurityScheme | undefined {
  if (mode === 'anonymous') return undefined;
  if (mode === 'keys') {
    const key = { type: 'apiKey', in: 'header', name: 'x-functions-key', description: 'A key of the function app.' };
    return { name: 'FunctionKey', openApi: key, swagger: key };
  }
  const description =
    entra === undefined
      ? 'A token that the authentication of App Service takes.'
      : 'An access token of Microsoft Entra ID for the gateway.';
  const bearer = {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: `${description} As \`Bearer …\`.`,
  };
  const [tenantId] = entra?.tenantIds ?? [];
  const [audience] = entra?.audiences ?? [];
  if (entra === undefined || tenantId === undefined || audience === undefined) {
    return {
      name: 'Token',
      openApi: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description },
      swagger: bearer,
    };
  }
  const endpoints = `${entra.authority}/${tenantId}/oauth2/v2.0`;
  const [authorizationUrl, tokenUrl] = [`${endpoints}/authorize`, `${endpoints}/token`];
  const scopes = { [`${audience}/.default`]: 'What the caller has been given.' };
  return {
    name: 'Entra',
    openApi: {
      type: 'oauth2',
      description,
      flows: {
        authorizationCode: { authorizationUrl, tokenUrl, scopes },
        clientCredentials: { tokenUrl, scopes },
      },
    },
    swagger: { type: 'oauth2', flow: 'accessCode', description, authorizationUrl, tokenUrl, scopes },
  };
}
