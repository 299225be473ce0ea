import type { Log } from './log.ts';
import type { MetricAttributes, MetricName } from './metrics.ts';
import type { OtlpExporter, OtlpSettings } from './otlp-exporter.ts';
import type { Redactor } from './redaction.ts';
import type { Span } from './span.ts';
import type { Telemetry } from './telemetry.ts';

/** What is recorded before the exporter has been loaded, at most. */
const MAX_HELD = 1_000;

export interface OtlpTelemetryOptions {
  settings: OtlpSettings;
  redactor: Pick<Redactor, 'text'>;
  log: Log;
}

/**
 * Records spans and figures for a receiver of OTLP. The SDK and the exporter are loaded when there is the first thing to
 * send; what comes until then is held. Texts are sent without the secrets that the process knows.
 */
export function openOtlpTelemetry({ settings, redactor, log }: OtlpTelemetryOptions): Telemetry {
  const held: ((exporter: OtlpExporter) => void)[] = [];
  let loading: Promise<void> | undefined;
  let loaded: OtlpExporter | undefined;

  const load = async (): Promise<void> => {
    try {
      const { openOtlpExporter } = await import('./otlp-exporter.ts');
      loaded = openOtlpExporter(settings, log);
      for (const send of held.splice(0)) send(loaded);
    } catch (error) {
      // Tried again with the next thing to send.
      loading = undefined;
      log.warn('telemetry.not_loaded', { error });
    }
  };

  const record = (send: (exporter: OtlpExporter) => void): void => {
    if (loaded !== undefined) return send(loaded);
    if (held.length < MAX_HELD) held.push(send);
    loading ??= load();
  };

  return {
    isOn: true,
    span: (span) => record((exporter) => exporter.span(withoutSecrets(span, redactor))),
    measure: <Name extends MetricName>(name: Name, value: number, attributes: MetricAttributes<Name>) =>
      record((exporter) => exporter.measure(name, value, attributes)),
    flush: async (timeoutMs) => {
      if (loading === undefined && loaded === undefined) return;
      const flushed = async () => {
        await loading;
        await loaded?.flush();
      };
      await within(timeoutMs, flushed());
    },
  };
}

/** Waits for `work`, but no longer; what comes of it then is ignored. */
async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work.catch(() => undefined), timeout]);
  clearTimeout(timer);
}

function withoutSecrets(span: Span, redactor: Pick<Redactor, 'text'>): Span {
  const attributes = Object.entries(span.attributes).map(([name, value]) => [
    name,
    typeof value === 'string' ? redactor.text(value) : value,
  ]);
  return { ...span, attributes: Object.fromEntries(attributes) as Span['attributes'] };
}
