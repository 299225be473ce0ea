import { expect, it } from 'vitest';
import { parseOtlpHeaders } from '../../../src/shared/telemetry/otlp-headers.ts';

it('reads headers as OpenTelemetry writes them in a setting', () => {
  expect(parseOtlpHeaders(' api-key=a%20b%3D , x-tenant = 7,,=none,bad=%E0%A4%A ')).toEqual({
    'api-key': 'a b=',
    'x-tenant': '7',
  });
  expect(parseOtlpHeaders('')).toEqual({});
});
