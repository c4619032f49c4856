import { describe, expect, it } from 'vitest';
import type { WrtcSound } from '../../../src/call/engines/libwebrtc-api.ts';
import { createMouth } from '../../../src/call/engines/libwebrtc-mouth.ts';
import { monotonicMs } from '../../../src/call/engines/process-time.ts';

interface Said {
  readonly frame: WrtcSound;
  readonly atMs: number;
}

async function say(...parts: readonly Int16Array[]): Promise<{ readonly said: readonly Said[]; readonly startMs: number }> {
  const said: Said[] = [];
  const mouth = createMouth((frame) => said.push({ frame, atMs: monotonicMs() }));
  for (const part of parts) mouth.take(part);
  let startMs = 0;
  await new Promise<void>((resolve) => {
    startMs = mouth.speak(resolve);
  });
  return { said, startMs };
}

describe("the engine's microphone", () => {
  it('is given 10 ms at a time, the last of it filled up with silence', async () => {
    const speech = Int16Array.from({ length: 1_000 }, (_, n) => n + 1);
    const { said } = await say(speech.subarray(0, 700), speech.subarray(700));
    expect(said.map(({ frame }) => `${frame.samples.length} at ${frame.sampleRate}`)).toEqual(Array(3).fill('480 at 48000'));
    expect(Int16Array.from(said.flatMap(({ frame }) => [...frame.samples])).subarray(0, 1_000)).toEqual(speech);
    expect([...(said[2]?.frame.samples ?? [])].slice(40)).toEqual(Array(440).fill(0));
  });

  it('never gets a frame before its last sample was spoken, counted from the beginning', async () => {
    const { said, startMs } = await say(new Int16Array(480 * 20));
    for (const [n, { atMs }] of said.entries()) expect(atMs - startMs).toBeGreaterThanOrEqual((n + 1) * 10);
  });

  it('has nothing to say of nothing', async () => {
    expect((await say()).said).toEqual([]);
  });
});
