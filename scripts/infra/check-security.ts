import { nodesOf, problemAt, valueAt, type BicepFile, type Problem } from './bicep-file.ts';

/** What a resource of a type must say: where, and the text of its value. */
const REQUIRED: readonly [type: string, path: string, value: string][] = [
  ['Microsoft.Storage/storageAccounts', 'properties.allowSharedKeyAccess', 'false'],
  ['Microsoft.Storage/storageAccounts', 'properties.allowBlobPublicAccess', 'false'],
  ['Microsoft.Storage/storageAccounts', 'properties.minimumTlsVersion', "'TLS1_2'"],
  ['Microsoft.Storage/storageAccounts', 'properties.supportsHttpsTrafficOnly', 'true'],
  ['Microsoft.Storage/storageAccounts/blobServices/containers', 'properties.publicAccess', "'None'"],
  ['Microsoft.KeyVault/vaults', 'properties.enableRbacAuthorization', 'true'],
  ['Microsoft.KeyVault/vaults', 'properties.enablePurgeProtection', 'true'],
  ['Microsoft.EventGrid/topics', 'properties.disableLocalAuth', 'true'],
  ['Microsoft.EventGrid/topics', 'properties.minimumTlsVersionAllowed', "'1.2'"],
  ['Microsoft.Insights/components', 'properties.DisableLocalAuth', 'true'],
  ['Microsoft.Web/sites', 'properties.httpsOnly', 'true'],
  ['Microsoft.Web/sites', 'properties.siteConfig.ftpsState', "'Disabled'"],
  ['Microsoft.Web/sites', 'properties.siteConfig.minTlsVersion', "'1.2'"],
  ['Microsoft.Web/sites/basicPublishingCredentialsPolicies', 'properties.allow', 'false'],
];

/** Functions and members that give out a key. */
const KEYS = /^(?:list\w*|primaryKey|secondaryKey|InstrumentationKey|key1|key2)$/i;

/** That nothing can be reached with a key, in the clear or by everybody, and that no output holds a secret. */
export function checkSecurity(file: BicepFile): Problem[] {
  const hardening = file.resources
    .filter(({ isExisting }) => !isExisting)
    .flatMap(({ type, body, node }) =>
      REQUIRED.filter(([required]) => required === type)
        .filter(([, path, value]) => valueAt(body, path.split('.'))?.text !== value)
        .map(([, path, value]) => problemAt(file, node, `${path} must be ${value}`)),
    );
  const keys = [...nodesOf(file.root)]
    .filter((node) => isCallOrMember(node.type) && KEYS.test(lastName(node.text)))
    .map((node) => problemAt(file, node, 'gives out a key: use an identity and a role'));
  const outputs = [...file.outputs]
    .filter(
      ([name, node]) => /secret|password|connectionstring|token$/i.test(name) || /\.ConnectionString\b/.test(node.text),
    )
    .map(([name, node]) =>
      problemAt(file, node, `the output ${name} would show a secret to whoever reads deployments`),
    );
  return [...hardening, ...keys, ...outputs];
}

function isCallOrMember(type: string): boolean {
  return type === 'call_expression' || type === 'member_expression';
}

function lastName(text: string): string {
  return /(\w+)\s*(?:\(|$)/.exec(text.replace(/\([\s\S]*$/, '('))?.[1] ?? '';
}
