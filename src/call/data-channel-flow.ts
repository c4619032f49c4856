import type { TextSettings } from '../core/call-plan.ts';
import type { TextFlowRecord } from '../core/call-record.ts';
import type { Clock } from '../core/clock.ts';
import type { TextChannel } from './peer.ts';
import { startTextExchange } from './text-exchange.ts';

/** Texts inside the call, through the same transport as the voice. */
export interface DataChannelFlow {
  stop(): TextFlowRecord;
}

/** Before a connection there are no texts to tell of. */
export const NO_TEXTS: TextFlowRecord = { sent: 0, echoed: 0, roundTripSeconds: [], failure: null };

/** Begins to send a text every interval, as soon as the channel is open. The failure is set when texts were sent, or could not be, and none was echoed. */
export function startDataChannelFlow(channel: TextChannel, text: TextSettings, textMs: number, clock: Clock): DataChannelFlow {
  const startMs = clock.now();
  const exchange = startTextExchange({ clock, ...text, textMs, send: (bytes) => channel.send(bytes) });
  channel.onText((bytes) => exchange.receive(bytes));
  return {
    stop() {
      exchange.stopSending();
      const counts = exchange.counts();
      if (counts.echoed > 0) return { ...counts, failure: null };
      const seconds = ((clock.now() - startMs) / 1000).toFixed(1);
      const message = `${counts.sent} texts were sent on the data channel in ${seconds} s and none came back`;
      return { ...counts, failure: { code: 'text-timeout', message } };
    },
  };
}
