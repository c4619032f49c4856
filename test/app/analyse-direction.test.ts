import { describe, expect, it } from 'vitest';
import { analyseDirection, type DirectionAnalysis } from '../../src/app/analyse-direction.ts';
import { encodeForCall } from '../../src/audio/call-codec.ts';
import { clockRateHz, payloadTypesOf } from '../../src/audio/rtp-format.ts';
import { DEFAULT_CODEC, DEFAULT_PLAYOUT } from '../../src/config/defaults.ts';
import type { CodecSettings } from '../../src/core/call-plan.ts';
import { measuredValue } from '../../src/core/measurement.ts';
import type { ScoreId } from '../../src/core/scores.ts';
import type { Signal } from '../../src/core/signal.ts';
import { resample } from '../../src/dsp/resample.ts';
import { arrivalsOf } from '../support/packets.ts';
import { bundledSpeech } from '../support/speech-files.ts';

const LEAD_IN_SECONDS = 3;
const SECONDS = 5;
const reference = bundledSpeech('en-female', SECONDS);
const PCMA: CodecSettings = { name: 'pcma', bitrateBps: 64_000, packetTimeMs: 20 };

/** The speech after a silence in which the receiver finds its delay, over a path that loses every tenth packet or none. */
async function heard(codec: CodecSettings, lossy: boolean): Promise<DirectionAnalysis> {
  const speech = resample(reference, 48_000).samples;
  const spoken: Signal = { samples: new Float32Array(LEAD_IN_SECONDS * 48_000 + speech.length), sampleRateHz: 48_000 };
  spoken.samples.set(speech, LEAD_IN_SECONDS * 48_000);
  const { packets } = await encodeForCall(spoken, codec);
  const types = payloadTypesOf(codec);
  return analyseDirection({
    ...types,
    reference,
    codec,
    arrivals: arrivalsOf(packets, {
      payloadType: types.redundancyPayloadType ?? types.payloadType,
      clockRateHz: clockRateHz(codec),
      delayMs: (i) => (lossy && i % 10 === 5 ? null : 30),
    }),
    networkDelaySeconds: 0.03,
    startMs: LEAD_IN_SECONDS * 1000,
    endMs: (LEAD_IN_SECONDS + SECONDS) * 1000,
    playout: DEFAULT_PLAYOUT,
  });
}

const value = ({ scores }: DirectionAnalysis, id: ScoreId): number => measuredValue(scores.scores[id].measurement) ?? Number.NaN;

describe('a direction of a call', () => {
  it('in G.711 is judged within the telephone band: not muffled, and good while nothing is lost', async () => {
    const clear = await heard(PCMA, false);
    expect(value(clear, 'coloration')).toBeLessThan(0.1);
    expect(value(clear, 'metallic')).toBeLessThan(0.1);
    expect(value(clear, 'mosLqo')).toBeGreaterThan(3.8);
    // R 93.2 of G.107, no more than a hundredth of it for the delay.
    expect(value(clear, 'mosCqe')).toBeCloseTo(4.4, 1);
  });

  it.each([['Opus', { ...DEFAULT_CODEC, fec: false }] as const, ['G.711', PCMA] as const])(
    'in %s that loses packets sounds as if it had not, with redundancy',
    async (_, codec) => {
      const [plain, redundant] = [await heard(codec, true), await heard({ ...codec, redundancy: 1 }, true)];
      expect(value(redundant, 'mosLqo')).toBeGreaterThan(value(plain, 'mosLqo') + 0.5);
      expect(value(redundant, 'mosCqe')).toBeGreaterThan(value(plain, 'mosCqe'));
      expect(redundant.playout.concealedSamples).toBeLessThan(0.1 * (plain.playout.concealedSamples ?? 0));
    },
  );
});
