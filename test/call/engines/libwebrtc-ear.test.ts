import { describe, expect, it } from 'vitest';
import { createEar } from '../../../src/call/engines/libwebrtc-ear.ts';
import type { Answer } from '../../../src/call/engines/libwebrtc-messages.ts';
import { monotonicMs } from '../../../src/call/engines/process-time.ts';

type Heard = Extract<Answer, { readonly kind: 'heard' }>;

function hear(frames: readonly { readonly rate: number; readonly value: number; readonly channels?: number }[]): Heard[] {
  const told: Heard[] = [];
  const ear = createEar((answer) => told.push(answer as Heard));
  for (const { channels = 1, rate, value } of frames) {
    ear.hear({ samples: new Int16Array((rate / 100) * channels).fill(value), sampleRate: rate, channelCount: channels });
  }
  ear.stop();
  return told;
}

describe("the engine's ear", () => {
  it('tells a rate that changes in the middle, and loses nothing of either', () => {
    const told = hear([...Array(3).fill({ rate: 16_000, value: 0 }), ...Array(60).fill({ rate: 48_000, value: 5 })]);
    expect(told.map(({ sampleRateHz, samples }) => `${samples.length} at ${sampleRateHz}`)).toEqual([
      '480 at 16000',
      '24000 at 48000',
      '4800 at 48000',
    ]);
    expect(told.every(({ atMs }) => atMs <= monotonicMs())).toBe(true);
  });

  it('makes one channel of two', () => {
    const [told] = hear([{ rate: 48_000, value: 100, channels: 2 }]);
    expect(told?.samples).toEqual(new Int16Array(480).fill(100));
  });

  it('hears nothing any more once it was stopped', () => {
    const told: Answer[] = [];
    const ear = createEar((answer) => told.push(answer));
    ear.stop();
    ear.hear({ samples: new Int16Array(480), sampleRate: 48_000 });
    ear.stop();
    expect(told).toEqual([]);
  });
});
