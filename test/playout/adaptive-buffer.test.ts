import { describe, expect, it } from 'vitest';
import { createSpeechDecoder } from '../../src/audio/opus.ts';
import { createRng } from '../../src/core/rng.ts';
import { createAdaptivePlayer } from '../../src/playout/adaptive-buffer.ts';
import { createBackgroundNoise } from '../../src/playout/background-noise.ts';
import { decodeRate } from '../../src/playout/decode-rate.ts';
import type { Player, Supply } from '../../src/playout/player.ts';
import { createTrack, type Track } from '../../src/playout/track.ts';
import { createVoice, type Voice } from '../../src/playout/voice.ts';

const RATE = decodeRate(48_000);
const PACKET = 960;
const TICK_MS = 10;

/** A player whose packets wait from the start, but for those that are missing; delays and target are as told. */
async function playerOf(
  count: number,
  missing: ReadonlySet<number>,
  delays: { readonly playoutMs: number; readonly targetMs: number; readonly bufferedMs?: number },
): Promise<{ player: Player; voice: Voice; track: Track; taken: number[] }> {
  const track = createTrack(48_000, RATE);
  const decoder = await createSpeechDecoder();
  const background = createBackgroundNoise();
  const settings = { concealment: 'neteq', fixedDelayMs: null, minDelayMs: 0, maxDelayMs: 2000 } as const;
  const voice = createVoice({ settings, decoder, background, track, rng: createRng(1), frameSamples: PACKET });
  const waiting = Array.from({ length: count }, (_, n) => n).filter((n) => !missing.has(n));
  const taken: number[] = [];
  const sound = Float32Array.from({ length: PACKET }, (_, i) => 0.2 * Math.sin((2 * Math.PI * i) / 240));
  const supply: Supply = {
    next: () => (waiting[0] === undefined ? null : { timestamp: waiting[0] * PACKET, arrivalMs: 0, isDtx: false }),
    take() {
      const n = waiting.shift();
      if (n === undefined) return null;
      taken.push(n);
      return { timestamp: n * PACKET, arrivalMs: 0, isDtx: false, samples: PACKET, sound };
    },
    dropBefore: () => undefined,
    spanMs: () => delays.bufferedMs ?? 20,
    dtxWaits: () => false,
    noise: () => new Float32Array(RATE.tickSamples),
    noiseLasts: () => false,
    delayMs: () => delays.playoutMs,
    maxDelayMs: () => 0,
    targetMs: () => delays.targetMs,
  };
  return { player: createAdaptivePlayer(voice, supply, background, () => 0), voice, track, taken };
}

/** Plays so many ticks; every tick leaves at least 10 ms to be heard. */
function play({ player, voice, track }: Pick<Awaited<ReturnType<typeof playerOf>>, 'player' | 'voice' | 'track'>, ticks: number): void {
  for (let tick = 1; tick <= ticks; tick++) {
    player.provide(tick * TICK_MS);
    expect(voice.left()).toBeGreaterThanOrEqual(RATE.tickSamples);
    track.head += RATE.tickSamples;
  }
}

const CALM = { playoutMs: 20, targetMs: 20 };

describe('a player that adapts', () => {
  it('takes a packet of 20 ms every other tick while nothing is wrong', async () => {
    const it = await playerOf(20, new Set(), CALM);
    play(it, 20);
    expect(it.taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(it.voice.log).toEqual({ gaps: [], repairs: [] });
  });

  it('fills the place of a missing packet for as long as it lasted, within a pitch period, and goes on with the next', async () => {
    const it = await playerOf(20, new Set([4]), CALM);
    play(it, 20);
    expect(it.taken.slice(3, 6)).toEqual([3, 5, 6]);
    expect(it.voice.log.gaps.length).toBe(1);
    const [gap] = it.voice.log.gaps;
    expect([gap?.wanted, gap?.resumed]).toEqual([4 * PACKET, 5 * PACKET]);
    expect(Math.abs((gap?.end ?? 0) - (gap?.start ?? 0) - PACKET)).toBeLessThanOrEqual(720);
  });

  it('does not play a gap to its end when too much waits', async () => {
    const it = await playerOf(40, new Set([4, 5, 6, 7, 8, 9]), { ...CALM, bufferedMs: 71 });
    play(it, 20);
    const [gap] = it.voice.log.gaps;
    expect((gap?.end ?? 0) - (gap?.start ?? 0)).toBeLessThan(3 * PACKET);
  });

  it('slows down below its target and speeds up above its limit, once in six ticks', async () => {
    const slow = await playerOf(60, new Set(), { playoutMs: 10, targetMs: 60 });
    play(slow, 43);
    expect(slow.voice.log.repairs.map(({ kind }) => kind)).toEqual(Array(7).fill('slower'));
    const fast = await playerOf(60, new Set(), { playoutMs: 90, targetMs: 60 });
    play(fast, 43);
    expect(fast.voice.log.repairs.length).toBeGreaterThan(3);
    expect(fast.voice.log.repairs.every(({ kind }) => kind === 'faster')).toBe(true);
    expect(fast.taken.length).toBeGreaterThan(slow.taken.length);
  });

  it('conceals when nothing comes any more, and says nothing before anything came', async () => {
    const dry = await playerOf(2, new Set(), CALM);
    play(dry, 30);
    expect(dry.voice.log.gaps.map(({ resumed }) => resumed)).toEqual([null]);
    const silent = await playerOf(0, new Set(), CALM);
    for (let tick = 1; tick < 10; tick++) silent.player.provide(tick * TICK_MS);
    expect([silent.voice.started(), silent.voice.log.gaps]).toEqual([null, []]);
  });
});
