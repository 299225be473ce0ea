import { callbackChannel } from './callback-channel.ts';
import type { Channel, ChannelDependencies, ChannelType } from './channel.ts';
import { emailChannel } from './email-channel.ts';
import { eventGridChannel } from './event-grid-channel.ts';
import { queueChannel } from './queue-channel.ts';

/** The channels that there are. Notifications go out in this order. */
export const CHANNELS: readonly ChannelType[] = [queueChannel, eventGridChannel, callbackChannel, emailChannel];

/** Open channels by name, without those that the settings do not provide for. */
export type OpenChannels = ReadonlyMap<string, Channel>;

/** Opens the channels; they connect when they are first used. */
export function openChannels(dependencies: ChannelDependencies): OpenChannels {
  return new Map(
    CHANNELS.flatMap((type) => {
      const channel = type.open(dependencies);
      return channel === undefined ? [] : [[type.name, channel] as const];
    }),
  );
}
