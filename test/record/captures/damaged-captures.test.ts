import { describe, expect, it } from 'vitest';
import { chooseStream } from '../../../src/app/captured-streams.ts';
import { UserError } from '../../../src/core/errors.ts';
import { createRng } from '../../../src/core/rng.ts';
import { readCapture } from '../../../src/record/captures/read-capture.ts';
import { summariseStream } from '../../../src/record/captures/stream-network.ts';
import { writeRtpdump } from '../../../src/record/rtpdump.ts';
import { concat, framesOf, pcap, pcapng } from '../../support/captures.ts';
import { arrivalsOf, voicePackets } from '../../support/packets.ts';

const arrivals = arrivalsOf(await voicePackets(0.5));
const WHOLE: readonly (readonly [string, Uint8Array])[] = [
  ['rtpdump', writeRtpdump(arrivals, 1_700_000_000_000)],
  ['pcap', pcap(framesOf(arrivals))],
  [
    'pcap of the other order',
    pcap(framesOf(arrivals, 'Linux cooked 2', 5, { version: 6 }), { linkType: 276, littleEndian: false, nanoseconds: true }),
  ],
  ['pcapng', pcapng(framesOf(arrivals), [{ resolution: [9, 1e6], offsetSeconds: 5 }])],
  ['pcapng of the other order', pcapng(framesOf(arrivals, 'Ethernet with a VLAN tag'), [{}, { linkType: 113 }], false)],
];
const FILES_EACH = 2_000;

describe('ten thousand damaged captures', () => {
  it.each(WHOLE)('are read or refused in one sentence, each in its time (%s)', (_, whole) => {
    const rng = createRng(11);
    const below = (n: number): number => Math.floor(rng.next() * n);
    let read = 0;
    for (let round = 0; round < FILES_EACH; round++) {
      const bytes = damage(whole, below);
      const begin = performance.now();
      try {
        const capture = readCapture(bytes, 'x');
        const { chosen } = chooseStream(capture, { ssrc: null, codec: null, payloadType: null }, 'x');
        expect(JSON.stringify(summariseStream(chosen.all, 0))).not.toMatch(/NaN|Infinity/);
        read++;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        expect(`${error.message}${error.hint}`).not.toContain('\n');
      }
      expect(performance.now() - begin).toBeLessThan(2_000);
    }
    expect(read).toBeGreaterThan(0.05 * FILES_EACH);
  });
});

/** Bits flipped, bytes set to the values that lengths go wrong at, pieces cut out, doubled or appended, the end cut off. */
function damage(whole: Uint8Array, below: (n: number) => number): Uint8Array {
  let bytes: Uint8Array = whole.slice();
  for (let hits = 1 + below(6); hits > 0; hits--) {
    // The head of the file, where one byte changes everything, is hit as often as the rest.
    const at = below(2) === 0 ? below(Math.min(160, bytes.length)) : below(bytes.length);
    const kind = below(12);
    if (kind < 5) bytes[at] = (bytes[at] as number) ^ (1 << below(8));
    else if (kind < 9) bytes[at] = [0, 1, 4, 0x7f, 0x80, 0xff][below(6)] as number;
    else if (kind === 9) bytes = concat(bytes.subarray(0, at), bytes.subarray(at + below(40)));
    else if (kind === 10) bytes = concat(bytes.subarray(0, at), bytes.subarray(at, at + below(60)), bytes.subarray(at));
    else bytes = bytes.slice(0, Math.max(1, at));
  }
  return bytes;
}
