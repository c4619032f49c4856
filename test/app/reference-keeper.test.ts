import { describe, expect, it } from 'vitest';
import { createReferenceKeeper } from '../../src/app/reference-keeper.ts';
import { speechLike } from '../support/signals.ts';

const speech = speechLike(5, 1, 16_000);
const OPUS = { name: 'opus' } as const;

describe('a kept reference', () => {
  it('is the same object for the same sound, be it a copy from another thread', () => {
    const { carried } = createReferenceKeeper();
    const kept = carried(speech, OPUS);
    expect(carried(speech, OPUS)).toBe(kept);
    expect(carried(structuredClone(speech), OPUS)).toBe(kept);
  });

  it('is another for a sound that differs in one sample or in its rate, and for another codec', () => {
    const samples = speech.samples.slice();
    samples[7_000] = 0.5;
    for (const [other, codec] of [
      [{ ...speech, samples }, OPUS],
      [{ ...speech, sampleRateHz: 8_000 }, OPUS],
      [speech, { name: 'pcmu' }],
    ] as const) {
      const { carried } = createReferenceKeeper();
      const kept = carried(speech, OPUS);
      expect(carried(other, codec)).not.toBe(kept);
    }
  });
});
