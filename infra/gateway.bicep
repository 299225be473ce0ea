import { gatewaySettings } from 'app/settings.bicep'

param location string
param token string
param tags object
param databricksHost string
param authMode string
param settings gatewaySettings
param nodeVersion string
param instanceMemoryMB int
param maximumInstanceCount int
param httpInstances int
param virtualNetworkEnabled bool
param durableTaskSchedulerEnabled bool
param alertEmail string
param principalId string

module identity 'app/identity.bicep' = {
  name: 'identity'
  params: { location: location, token: token, tags: tags }
}

module monitoring 'app/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    location: location
    token: token
    tags: tags
    alertEmail: alertEmail
    identityPrincipalId: identity.outputs.principalId
  }
}

module network 'app/network.bicep' = if (virtualNetworkEnabled) {
  name: 'network'
  params: { location: location, token: token, tags: tags }
}

module storage 'app/storage.bicep' = {
  name: 'storage'
  params: {
    location: location
    token: token
    tags: tags
    identityPrincipalId: identity.outputs.principalId
    isPublic: !virtualNetworkEnabled
  }
}

module keyVault 'app/key-vault.bicep' = {
  name: 'key-vault'
  params: {
    location: location
    token: token
    tags: tags
    identityPrincipalId: identity.outputs.principalId
    principalId: principalId
    isPublic: !virtualNetworkEnabled
  }
}

module eventGrid 'app/event-grid.bicep' = {
  name: 'event-grid'
  params: {
    location: location
    token: token
    tags: tags
    identityPrincipalId: identity.outputs.principalId
    storageAccountName: storage.outputs.name
  }
}

module privateEndpoints 'app/private-endpoints.bicep' = if (virtualNetworkEnabled) {
  name: 'private-endpoints'
  params: {
    location: location
    tags: tags
    virtualNetworkId: network.?outputs.id ?? ''
    subnetId: network.?outputs.endpointSubnetId ?? ''
    storageAccountId: storage.outputs.id
    keyVaultId: keyVault.outputs.id
  }
}

module durableTask 'app/durable-task.bicep' = if (durableTaskSchedulerEnabled) {
  name: 'durable-task'
  params: { location: location, token: token, tags: tags, identityPrincipalId: identity.outputs.principalId }
}

module functionApp 'app/function-app.bicep' = {
  name: 'function-app'
  params: {
    location: location
    token: token
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storage.outputs.name
    packageContainerUrl: storage.outputs.packageContainerUrl
    keyVaultUrl: keyVault.outputs.url
    topicEndpoint: eventGrid.outputs.topicEndpoint
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    databricksHost: databricksHost
    authMode: authMode
    settings: settings
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    httpInstances: httpInstances
    subnetId: network.?outputs.appSubnetId ?? ''
    schedulerEndpoint: durableTask.?outputs.endpoint ?? ''
    taskHubName: durableTask.?outputs.taskHubName ?? ''
  }
}

output url string = functionApp.outputs.url
output identityClientId string = identity.outputs.clientId
output keyVaultUrl string = keyVault.outputs.url
output topicEndpoint string = eventGrid.outputs.topicEndpoint
