interface SettingTraits {
  /** Its value is a secret: it may also be given as `NAME_SECRET`, the name of a secret in `KEY_VAULT_URL`. */
  secret?: true;
  /** App Service sets it itself. @see https://learn.microsoft.com/azure/app-service/reference-app-settings */
  platform?: true;
}

/**
 * Every setting that the app reads, named as Databricks and Azure Functions name them. An empty value counts as none.
 */
export const SETTINGS = {
  AzureWebJobsStorage: {},
  AzureWebJobsStorage__accountName: {},
  AzureWebJobsStorage__blobServiceUri: {},
  AzureWebJobsStorage__queueServiceUri: {},
  AzureWebJobsStorage__tableServiceUri: {},
  AzureWebJobsStorage__clientId: {},
  DATABRICKS_HOST: {},
  DATABRICKS_AUTH_TYPE: {},
  DATABRICKS_TOKEN: { secret: true },
  DATABRICKS_CLIENT_ID: {},
  DATABRICKS_CLIENT_SECRET: { secret: true },
  ARM_TENANT_ID: {},
  ARM_CLIENT_ID: {},
  ARM_CLIENT_SECRET: { secret: true },
  AZURE_CLIENT_ID: {},
  DATABRICKS_CLUSTER_ID: {},
  DATABRICKS_WAREHOUSE_ID: {},
  DATABRICKS_HTTP_PATH: {},
  DATABRICKS_WEBHOOK_ID: {},
  DATABRICKS_WEBHOOK_USERNAME: { secret: true },
  DATABRICKS_WEBHOOK_PASSWORD: { secret: true },
  DATABRICKS_MAX_CONCURRENT_RUNS: {},
  DATABRICKS_CREATIONS_PER_HOUR: {},
  DATABRICKS_CREATIONS_WINDOW_SECONDS: {},
  WORKSPACES: {},
  KEY_VAULT_URL: {},
  RUN_QUEUE_MAX: {},
  RUN_DEADLINE_SECONDS_DEFAULT: {},
  RUN_DEADLINE_SECONDS_MAX: {},
  RUN_RETENTION_DAYS: {},
  RUN_VIEWER_DOMAINS: {},
  SQL_MAX_ROWS: {},
  SQL_MAX_BYTES: {},
  SQL_MAX_SECONDS: {},
  AUTH_MODE: {},
  ENTRA_TENANT_IDS: {},
  ENTRA_AUDIENCES: {},
  ENTRA_AUTHORITY: {},
  MONITOR_CLIENT_ID: {},
  ENTRA_KEYS_COOLDOWN_SECONDS: {},
  HOST_MASTER_KEY: { secret: true },
  POLICY_FILE: {},
  TEMPLATES_FILE: {},
  EVENT_RULES_FILE: {},
  REPLY_QUEUES: {},
  CALLBACK_ALLOWED_HOSTS: {},
  CALLBACK_ALLOWED_PRIVATE_HOSTS: {},
  CALLBACK_SIGNING_KEY: { secret: true },
  CALLBACK_SIGNING_KEY_PREFIX: {},
  EVENT_GRID_TOPIC_ENDPOINT: {},
  SMTP_URL: { secret: true },
  SMTP_PASSWORD: { secret: true },
  MAIL_FROM: {},
  PUBLIC_URL: {},
  OTEL_EXPORTER_OTLP_ENDPOINT: {},
  OTEL_EXPORTER_OTLP_HEADERS: { secret: true },
  OTEL_SERVICE_NAME: {},
  OTEL_TRACES_SAMPLER: {},
  OTEL_TRACES_SAMPLER_ARG: {},
  WEBSITE_AUTH_ENABLED: { platform: true },
  WEBSITE_HOSTNAME: { platform: true },
} as const satisfies Record<string, SettingTraits>;

/** The name of a setting. */
export type SettingName = keyof typeof SETTINGS;

/** The settings that hold a secret, and so have a `NAME_SECRET` form besides. */
export type SecretSettingName = {
  [Name in SettingName]: (typeof SETTINGS)[Name] extends { secret: true } ? Name : never;
}[SettingName];

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment. Nothing else in the app reads it. */
export function readEnvironment(): Environment {
  return process.env;
}

/** All names that an operator may set, `NAME_SECRET` forms included. */
export function settingNames(): string[] {
  return Object.entries<SettingTraits>(SETTINGS)
    .filter(([, { platform }]) => platform !== true)
    .flatMap(([name, { secret }]) => (secret === true ? [name, `${name}_SECRET`] : [name]));
}
