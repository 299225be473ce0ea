import packageJson from '../../../package.json' with { type: 'json' };

/** How the gateway names itself to Databricks. */
export const USER_AGENT = `databricks-gateway/${packageJson.version}`;
