import { createRng } from '../src/core/rng.ts';

/** Packets a trace is long: more than a call of the bundled speech sends. */
const TRACE_PACKETS = 1500;
const PACKET_MS = 20;
/** Nothing is lost while the receivers find their delay. */
const LEAD_PACKETS = 50;

/** Losses in bursts of one packet to the longest, every length as often, with gaps that make up the share lost. */
function bursts(longestMs: number, share: number, seed: number): string {
  const rng = createRng(seed);
  const longest = longestMs / PACKET_MS;
  let bits = '0'.repeat(LEAD_PACKETS);
  while (bits.length < TRACE_PACKETS) {
    const length = 1 + Math.floor(rng.next() * longest);
    const gap = Math.round(((length * (1 - share)) / share) * (0.5 + rng.next()));
    bits += '0'.repeat(Math.max(3, gap)) + '1'.repeat(length);
  }
  return `loss trace ${bits.slice(0, TRACE_PACKETS)} once`;
}

/** What the voice from the caller to the callee goes through, in the words of `--path`, by name. */
export const TRACES: Readonly<Record<string, string>> = {
  clear: 'delay 20ms',
  'loss 1 %': 'loss 1%',
  'loss 5 %': 'loss 5%',
  'loss 10 %': 'loss 10%',
  'loss 20 %': 'loss 20%',
  'loss 30 %': 'loss 30%',
  'bursts to 120 ms': bursts(120, 0.1, 11),
  'bursts to 320 ms': bursts(320, 0.15, 12),
  'bursts to 1000 ms': bursts(1000, 0.2, 13),
  'jitter 0-40 ms': 'delay 40ms jitter 20ms uniform',
  'jitter 30 ms, tail': 'jitter 30ms pareto',
  'jitter 20-180 ms': 'delay 100ms jitter 80ms uniform',
  'jitter 20-420 ms': 'delay 220ms jitter 200ms uniform',
  reordering: 'reorder 20% delay 50ms',
  'rate 36 kbit/s': 'rate 36kbps queue 400ms',
  'rate 48 kbit/s': 'rate 48kbps queue 400ms',
  'stalls of 400 ms': 'stall every 5s for 400ms',
};
