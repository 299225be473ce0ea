import type { AppContext } from '../../context.ts';
import type { DeliveryState } from '../../domain/delivery-state.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import { AppError } from '../../errors.ts';
import type { Delivery } from '../../notify/deliveries.ts';
import { stretch } from '../record/run-spans.ts';

/** Records a try to notify, for the receivers of telemetry. Who was notified is not theirs to know. */
export function recordDelivery(
  { telemetry, now }: AppContext,
  record: RunRecord,
  { channel, tries, attempt }: DeliveryState,
  { startMs, result }: { startMs: number; result: Delivery },
): void {
  if (!telemetry.isOn || result.kind === 'busy') return;
  telemetry.measure('gateway.deliveries', 1, { channel, result: result.kind });
  const error = result.kind === 'failed' ? result.error : undefined;
  const errorCode = error === undefined ? undefined : error instanceof AppError ? error.code : 'UNKNOWN';
  const span = stretch(
    { ...record, attempt },
    'notify',
    { startMs, endMs: now() },
    { about: `${channel} ${tries}`, errorCode, attributes: { 'gateway.channel': channel } },
  );
  if (span !== undefined) telemetry.span(span);
}
