/**
 * Settings that the templates write for the Functions host, and not for the app, each with its reason.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-app-settings
 */
export const PLATFORM_SETTINGS: Readonly<Record<string, string>> = {
  AzureWebJobsStorage__credential: 'The host signs in to storage with the identity of the app.',
  AzureWebJobsDisableHomepage: 'The root of the app shows nothing of it.',
  APPLICATIONINSIGHTS_CONNECTION_STRING: 'Where the host sends telemetry.',
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'With which identity it does.',
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Where orchestrations are kept, if not in storage.',
  AzureFunctionsJobHost__extensions__durableTask__hubName: 'The task hub of the scheduler.',
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'The scheduler in the place of storage.',
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName:
    'Which setting has its address.',
};

/** Settings of the app that the templates leave out, each with its reason. Values of secrets are left out besides. */
export const NOT_DEPLOYED: Readonly<Record<string, string>> = {
  AzureWebJobsStorage: 'It would hold a key of the account.',
  AzureWebJobsStorage__accountName: 'The addresses of the services are given, which work in every cloud.',
};

/**
 * Settings that Flex Consumption refuses or ignores.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-considerations
 */
export const FORBIDDEN_SETTINGS: readonly string[] = [
  'ENABLE_ORYX_BUILD',
  'FUNCTIONS_EXTENSION_VERSION',
  'FUNCTIONS_MAX_HTTP_CONCURRENCY',
  'FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED',
  'FUNCTIONS_WORKER_PROCESS_COUNT',
  'FUNCTIONS_WORKER_RUNTIME',
  'FUNCTIONS_WORKER_RUNTIME_VERSION',
  'SCM_DO_BUILD_DURING_DEPLOYMENT',
  'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING',
  'WEBSITE_CONTENTOVERVNET',
  'WEBSITE_CONTENTSHARE',
  'WEBSITE_DNS_SERVER',
  'WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT',
  'WEBSITE_MOUNT_ENABLED',
  'WEBSITE_NODE_DEFAULT_VERSION',
  'WEBSITE_RUN_FROM_PACKAGE',
  'WEBSITE_SKIP_CONTENTSHARE_VALIDATION',
  'WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED',
  'WEBSITE_VNET_ROUTE_ALL',
  // The platform alone may say so: the app believes the headers of App Service authentication then.
  'WEBSITE_AUTH_ENABLED',
];
