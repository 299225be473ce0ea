param location string
param token string
param tags object

@description('Who the app is to storage, vault, Event Grid and Databricks. It outlives the app, and so do its rights.')
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${token}'
  location: location
  tags: tags
}

output id string = identity.id
output clientId string = identity.properties.clientId
output principalId string = identity.properties.principalId
