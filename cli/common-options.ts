import type { Options } from './options.ts';

/** Every command takes them. */
export const COMMON_OPTIONS = {
  url: { type: 'string', value: 'URL', help: 'Address of the gateway. [GATEWAY_URL]' },
  key: { type: 'string', value: 'KEY', help: 'Function key. Others on the machine see flags: prefer [GATEWAY_KEY]' },
  token: { type: 'string', value: 'TOKEN', help: 'Access token of Entra. Prefer [GATEWAY_TOKEN]' },
  'retry-seconds': {
    type: 'string',
    value: 'N',
    help: 'How long a gateway that does not respond is asked again (60).',
  },
  json: { type: 'boolean', help: "Print the gateway's document as it came, on one line." },
  help: { type: 'boolean', short: 'h', help: 'Print this.' },
} as const satisfies Options;
