import type { TextSettings } from '../core/call-plan.ts';
import type { CallRecord, TextFlowRecord } from '../core/call-record.ts';
import type { Clock } from '../core/clock.ts';
import type { TextChannel } from './peer.ts';
import { cutShort, startTextExchange } from './text-exchange.ts';

/** Texts inside the call, through the same transport as the voice. */
export interface DataChannelFlow {
  /** @param aborted why the call ended before its time, or null */
  stop(aborted: CallRecord['aborted']): TextFlowRecord;
}

/** Before a connection there are no texts to tell of. */
export const NO_TEXTS: TextFlowRecord = { sent: 0, echoed: 0, roundTripSeconds: [], failure: null };

/**
 * Begins to send a text every interval, as soon as the channel is open. The failure is set when texts were sent, or could not be, and none was echoed;
 * it is the abort's own where texts had less time than `textMs` before it.
 */
export function startDataChannelFlow(channel: TextChannel, text: TextSettings, textMs: number, clock: Clock): DataChannelFlow {
  const startMs = clock.now();
  const exchange = startTextExchange({ clock, ...text, textMs, send: (bytes) => channel.send(bytes) });
  channel.onText((bytes) => exchange.receive(bytes));
  return {
    stop(aborted) {
      exchange.stopSending();
      const counts = exchange.counts();
      if (counts.echoed > 0) return { ...counts, failure: null };
      const triedMs = clock.now() - (exchange.firstSentMs() ?? startMs);
      if (aborted !== null && triedMs < textMs) return { ...counts, failure: cutShort(aborted) };
      const seconds = (triedMs / 1000).toFixed(1);
      const message =
        counts.sent === 0
          ? `the data channel did not open within ${seconds} s, so no text could be sent on it`
          : `${counts.sent} texts were sent on the data channel in ${seconds} s and none came back`;
      return { ...counts, failure: { code: 'text-timeout', message } };
    },
  };
}
