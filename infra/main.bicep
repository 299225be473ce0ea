targetScope = 'subscription'

import { gatewaySettings } from 'app/settings.bicep'

@description('Name of the environment. It is part of the name of the resource group, and azd finds the resources by it.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Region of all resources. It must offer Flex Consumption.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Address of the workspace, as https://adb-1234567890123456.7.azuredatabricks.net.')
param databricksHost string

@description('How callers say who they are: entra, easy-auth or keys.')
@allowed(['entra', 'easy-auth', 'keys'])
param authMode string

@description('Settings of the gateway beyond these, each by its own name. Secrets stand in the vault and are named here.')
param settings gatewaySettings

@description('Version of Node.js. Not every region offers 24: az functionapp list-flexconsumption-runtimes says.')
@allowed(['22', '24'])
param nodeVersion string

@description('Memory of an instance, MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int

@description('How many instances there may be.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int

@description('Instances that are always ready for HTTP. None: the first request after a pause waits for a start.')
param httpInstances int

@description('Puts the app into a virtual network, and storage and vault behind private endpoints in it.')
param virtualNetworkEnabled bool

@description('Keeps the state of orchestrations in a Durable Task Scheduler in the place of Azure Storage.')
param durableTaskSchedulerEnabled bool

@description('Who gets the alerts by e-mail; empty: no alerts.')
param alertEmail string

@description('Object id of who deploys, who may then write secrets to the vault; empty: nobody may.')
param principalId string

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }

resource resourceGroup 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module gateway 'gateway.bicep' = {
  name: 'gateway'
  scope: resourceGroup
  params: {
    location: location
    token: token
    tags: tags
    databricksHost: databricksHost
    authMode: authMode
    settings: settings
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    httpInstances: httpInstances
    virtualNetworkEnabled: virtualNetworkEnabled
    durableTaskSchedulerEnabled: durableTaskSchedulerEnabled
    alertEmail: alertEmail
    principalId: principalId
  }
}

@description('Address of the gateway.')
output GATEWAY_URL string = gateway.outputs.url

@description('The identity that is added to the workspace as a service principal, by this application id.')
output GATEWAY_IDENTITY_CLIENT_ID string = gateway.outputs.identityClientId

@description('Where the secrets of the gateway stand.')
output KEY_VAULT_URL string = gateway.outputs.keyVaultUrl

@description('Where the events of the gateway are published.')
output EVENT_GRID_TOPIC_ENDPOINT string = gateway.outputs.topicEndpoint
