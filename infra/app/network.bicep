param location string
param token string
param tags object

var appSubnetName = 'app'
var endpointSubnetName = 'private-endpoints'

resource virtualNetwork 'Microsoft.Network/virtualNetworks@2024-07-01' = {
  name: 'vnet-${token}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [
      {
        name: appSubnetName
        properties: {
          addressPrefix: '10.0.1.0/24'
          delegations: [{ name: 'flex-consumption', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: endpointSubnetName
        properties: { addressPrefix: '10.0.2.0/24', privateEndpointNetworkPolicies: 'Disabled' }
      }
    ]
  }
}

output id string = virtualNetwork.id
output appSubnetId string = '${virtualNetwork.id}/subnets/${appSubnetName}'
output endpointSubnetId string = '${virtualNetwork.id}/subnets/${endpointSubnetName}'
