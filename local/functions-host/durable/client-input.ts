/** Where the Durable webhooks are and what opens them. */
export interface WebhookAddress {
  /** e.g. `http://localhost:7071` */
  origin: string;
  /** System key `durabletask_extension`. */
  key: string;
  hub: string;
}

/** The management URLs of an instance (`INSTANCEID` stands for a client's own). */
export function managementUrls({ origin, key, hub }: WebhookAddress, id: string): Record<string, string> {
  const query = `taskHub=${hub}&connection=Storage&code=${key}`;
  const instance = `${origin}/runtime/webhooks/durabletask/instances/${id === 'INSTANCEID' ? id : encodeURIComponent(id)}`;
  const withReason = (verb: string): string => `${instance}/${verb}?reason={text}&${query}`;
  return {
    id,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: withReason('terminate'),
    rewindPostUri: withReason('rewind'),
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: withReason('suspend'),
    resumePostUri: withReason('resume'),
  };
}

/** What a function with a `durableClient` binding is given. `rpcBaseUrl` ends in a slash; durable-functions sends every call there. */
export function durableClientInput(address: WebhookAddress, rpcBaseUrl: string): Record<string, unknown> {
  const baseUrl = `${address.origin}/runtime/webhooks/durabletask`;
  const creation = `${baseUrl}/orchestrators/{functionName}[/{instanceId}]`;
  const code = `code=${address.key}`;
  return {
    taskHubName: address.hub,
    connectionName: 'Storage',
    creationUrls: {
      createNewInstancePostUri: `${creation}?${code}`,
      createAndWaitOnNewInstancePostUri: `${creation}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&${code}`,
    },
    managementUrls: managementUrls(address, 'INSTANCEID'),
    baseUrl,
    httpBaseUrl: baseUrl,
    requiredQueryStringParameters: code,
    rpcBaseUrl,
  };
}
