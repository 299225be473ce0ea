@export()
@description('What may be set beyond what the templates set themselves. A name that is not here is refused.')
type gatewaySettings = {
  @description('How the gateway signs in to Databricks; with nothing set, with its own identity.')
  DATABRICKS_AUTH_TYPE: ('pat' | 'oauth-m2m' | 'azure-msi' | 'azure-client-secret')?
  DATABRICKS_TOKEN_SECRET: string?
  DATABRICKS_CLIENT_ID: string?
  DATABRICKS_CLIENT_SECRET_SECRET: string?
  ARM_TENANT_ID: string?
  ARM_CLIENT_ID: string?
  ARM_CLIENT_SECRET_SECRET: string?
  DATABRICKS_CLUSTER_ID: string?
  DATABRICKS_WAREHOUSE_ID: string?
  DATABRICKS_HTTP_PATH: string?
  DATABRICKS_WEBHOOK_ID: string?
  DATABRICKS_WEBHOOK_USERNAME_SECRET: string?
  DATABRICKS_WEBHOOK_PASSWORD_SECRET: string?
  DATABRICKS_MAX_CONCURRENT_RUNS: string?
  DATABRICKS_CREATIONS_PER_HOUR: string?
  DATABRICKS_CREATIONS_WINDOW_SECONDS: string?
  @description('More workspaces, as JSON.')
  WORKSPACES: string?
  RUN_QUEUE_MAX: string?
  RUN_DEADLINE_SECONDS_DEFAULT: string?
  RUN_DEADLINE_SECONDS_MAX: string?
  RUN_RETENTION_DAYS: string?
  SQL_MAX_ROWS: string?
  SQL_MAX_BYTES: string?
  SQL_MAX_SECONDS: string?
  ENTRA_TENANT_IDS: string?
  ENTRA_AUDIENCES: string?
  ENTRA_AUTHORITY: string?
  MONITOR_CLIENT_ID: string?
  ENTRA_KEYS_COOLDOWN_SECONDS: string?
  @description('Name of the secret that holds the master key of the host: with it, callers are known by the names of keys.')
  HOST_MASTER_KEY_SECRET: string?
  RUN_VIEWER_DOMAINS: string?
  @description('A path in the package, or the https address of a blob.')
  POLICY_FILE: string?
  TEMPLATES_FILE: string?
  EVENT_RULES_FILE: string?
  @description('Queues beside run-results that a message may have its result sent to, with commas between them.')
  REPLY_QUEUES: string?
  CALLBACK_ALLOWED_HOSTS: string?
  CALLBACK_ALLOWED_PRIVATE_HOSTS: string?
  CALLBACK_SIGNING_KEY_SECRET: string?
  CALLBACK_SIGNING_KEY_PREFIX: string?
  SMTP_URL_SECRET: string?
  SMTP_PASSWORD_SECRET: string?
  MAIL_FROM: string?
  PUBLIC_URL: string?
  @description('A receiver of OTLP over HTTP; without it, no span or figure is made.')
  OTEL_EXPORTER_OTLP_ENDPOINT: string?
  OTEL_EXPORTER_OTLP_HEADERS_SECRET: string?
  OTEL_SERVICE_NAME: string?
  OTEL_TRACES_SAMPLER: string?
  OTEL_TRACES_SAMPLER_ARG: string?
}
