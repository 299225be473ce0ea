import type { SecretReference, SettingReader } from './setting-reader.ts';

/** Where spans and figures go. The settings are OpenTelemetry's own. */
export interface TelemetryConfig {
  /** The receiver's address, below which `/v1/traces` and `/v1/metrics` are. */
  endpoint: string;
  /** `name=value,name=value`, values percent-encoded; sent with each request. */
  headers?: SecretReference;
  serviceName: string;
  /** 0 to 1. */
  sampledShare: number;
}

/** @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** What the settings say of telemetry; undefined where no receiver is set. */
export function readTelemetry(reader: SettingReader): TelemetryConfig | undefined {
  const endpoint = reader.url('OTEL_EXPORTER_OTLP_ENDPOINT');
  const sampledShare = readShare(reader);
  const headers = reader.secret('OTEL_EXPORTER_OTLP_HEADERS');
  const serviceName = reader.text('OTEL_SERVICE_NAME') ?? 'databricks-gateway';
  if (endpoint === undefined) return undefined;
  return { endpoint: endpoint.href, serviceName, sampledShare, ...(headers === undefined ? {} : { headers }) };
}

/** A trace is a run, and is sampled by its id alone: whether its caller's part was recorded is not asked. */
function readShare(reader: SettingReader): number {
  const sampler = reader.oneOf('OTEL_TRACES_SAMPLER', SAMPLERS) ?? 'always_on';
  const text = reader.text('OTEL_TRACES_SAMPLER_ARG');
  const share = text === undefined ? 1 : Number(text);
  if (!(share >= 0 && share <= 1)) reader.report('OTEL_TRACES_SAMPLER_ARG', 'must be a number from 0 to 1.');
  if (sampler.endsWith('always_off')) return 0;
  return sampler.endsWith('traceidratio') ? share : 1;
}
