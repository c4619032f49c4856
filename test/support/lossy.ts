import type { Rng } from '../../src/core/rng.ts';

/** Artefacts of lost packets and of playout, on sounds at 16 kHz in packets of 20 ms. */
const PACKET = 320;
const RATE_HZ = 16_000;
const DRAWS = 20;

/**
 * Which packets a Gilbert channel loses: all of them in its bad state.
 * @param ratio share lost in the long run, under 1
 * @param burst mean length of a loss, packets
 */
export function gilbertLosses(packets: number, rng: Rng, ratio: number, burst: number): Uint8Array {
  const recover = 1 / burst;
  const fall = ratio / (burst * (1 - ratio));
  const out = new Uint8Array(packets);
  let bad = false;
  for (let i = 0; i < packets; i++) {
    bad = bad ? rng.next() >= recover : rng.next() < fall;
    out[i] = bad ? 1 : 0;
  }
  return out;
}

/**
 * The same, losing close to the asked-for share of the packets that hold speech: the likeliest of several draws. A short sound may else lose
 * nothing at all.
 */
export function speechLosses(x: Float32Array, rng: Rng, ratio: number, burst: number): Uint8Array {
  const packets = Math.floor(x.length / PACKET);
  const energies = Float64Array.from({ length: packets }, (_, p) =>
    x.subarray(p * PACKET, (p + 1) * PACKET).reduce((sum, v) => sum + v * v, 0),
  );
  const least = 10 ** (-25 / 10) * (Float64Array.from(energies).sort()[Math.floor(0.95 * packets)] ?? 0);
  const spoken = energies.reduce((sum, energy) => sum + (energy > least ? 1 : 0), 0);
  const missed = (losses: Uint8Array): number =>
    Math.abs(losses.reduce((sum, lost, p) => sum + (lost === 1 && (energies[p] as number) > least ? 1 : 0), 0) - ratio * spoken);
  const draws = Array.from({ length: DRAWS }, () => gilbertLosses(packets, rng, ratio, burst));
  return draws.reduce((a, b) => (missed(b) < missed(a) ? b : a));
}

/** Lost packets become silence. */
export function gaps(x: Float32Array, rng: Rng, ratio: number, burst: number): Float32Array {
  const out = x.slice();
  gilbertLosses(Math.floor(x.length / PACKET), rng, ratio, burst).forEach((lost, p) => {
    if (lost === 1) out.fill(0, p * PACKET, (p + 1) * PACKET);
  });
  return out;
}

/** Silences of a range of lengths, evenly drawn, at random places, until they take a share of the sound; none within 50 ms of another. */
export function cutOut(x: Float32Array, rng: Rng, share: number, shortestMs: number, longestMs: number): Float32Array {
  const out = x.slice();
  const perMs = RATE_HZ / 1000;
  const apart = 50 * perMs;
  const taken = new Uint8Array(x.length);
  let left = share * x.length;
  for (let tries = 0; left > 0 && tries < 1000; tries++) {
    const length = Math.round((shortestMs + rng.next() * (longestMs - shortestMs)) * perMs);
    const start = Math.floor(rng.next() * (x.length - length));
    if (taken.subarray(Math.max(0, start - apart), start + length + apart).includes(1)) continue;
    out.fill(0, start, start + length);
    taken.fill(1, start, start + length);
    left -= length;
  }
  return out;
}

/** Lost packets become the last one that came. */
export function packetRepeat(x: Float32Array, rng: Rng, ratio: number, burst: number): Float32Array {
  const out = x.slice();
  speechLosses(x, rng, ratio, burst).forEach((lost, p) => {
    if (lost === 1 && p > 0) out.copyWithin(p * PACKET, (p - 1) * PACKET, p * PACKET);
  });
  return out;
}

/** Lost packets become the last pitch cycle over and over, 2 dB softer every 20 ms. */
export function pitchRepeat(x: Float32Array, rng: Rng, ratio: number, burst: number): Float32Array {
  const out = x.slice();
  let period = 0;
  let factor = 1;
  speechLosses(x, rng, ratio, burst).forEach((lost, p) => {
    const start = p * PACKET;
    if (lost === 0 || start < 800) {
      period = 0;
      return;
    }
    if (period === 0) {
      period = pitchBefore(out, start);
      factor = 1;
    }
    for (let i = start; i < start + PACKET; i++) out[i] = (out[i - period] as number) * factor ** (period / PACKET);
    factor = 0.8;
  });
  return out;
}

/** Lag of 2.5 to 15 ms at which the last 15 ms before `start` repeat best. */
export function pitchBefore(x: Float32Array, start: number): number {
  let best = 40;
  let highest = Number.NEGATIVE_INFINITY;
  for (let lag = 40; lag <= 240; lag++) {
    let xy = 0;
    let yy = 1e-9;
    for (let i = start - 240; i < start; i++) {
      xy += (x[i] as number) * (x[i - lag] as number);
      yy += (x[i - lag] as number) ** 2;
    }
    const value = xy / Math.sqrt(yy);
    if (value > highest) [highest, best] = [value, lag];
  }
  return best;
}

/** Time-stretching as a jitter buffer does: every `everyMs`, by turns, a pitch cycle is taken out and another is played twice. */
export function flutter(x: Float32Array, everyMs: number): Float32Array {
  const step = Math.round((everyMs * RATE_HZ) / 1000);
  const pieces: Float32Array[] = [];
  let at = 0;
  for (let turn = 0; at + step + 1000 < x.length; turn++) {
    const cut = at + step;
    const period = cut > 800 ? pitchBefore(x, cut) : 80;
    pieces.push(x.subarray(at, cut - period));
    const faded = x.slice(cut - period, cut);
    const other = turn % 2 === 0 ? cut : cut - 2 * period;
    for (let i = 0; i < period; i++) {
      const share = (i + 1) / (period + 1);
      faded[i] = (1 - share) * (faded[i] as number) + share * (x[Math.max(0, other + i)] as number);
    }
    pieces.push(faded);
    at = turn % 2 === 0 ? cut + period : cut - period;
  }
  pieces.push(x.subarray(at));
  const out = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let place = 0;
  for (const piece of pieces) {
    out.set(piece, place);
    place += piece.length;
  }
  return out;
}

/** A sound card whose clock is `ppm` slow. Third-order interpolation. */
export function drift(x: Float32Array, ppm: number): Float32Array {
  const length = Math.floor((x.length - 4) * (1 + ppm / 1e6));
  return Float32Array.from({ length }, (_, i) => {
    const place = i / (1 + ppm / 1e6);
    const n = Math.floor(place);
    const t = place - n;
    const [a, b, c, d] = [x[n - 1] ?? 0, x[n] ?? 0, x[n + 1] ?? 0, x[n + 2] ?? 0];
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  });
}

/** The second half comes `ms` later; the seam is put where the sound is softest. */
export function delayStep(x: Float32Array, ms: number): Float32Array {
  const block = 480;
  let seam = 0;
  let softest = Number.POSITIVE_INFINITY;
  for (let start = Math.floor(x.length * 0.4); start < x.length * 0.6; start += block) {
    let energy = 0;
    for (let i = start; i < start + block; i++) energy += (x[i] as number) ** 2;
    if (energy < softest) [softest, seam] = [energy, start];
  }
  const more = Math.round((ms * RATE_HZ) / 1000);
  const out = new Float32Array(x.length + more);
  out.set(x.subarray(0, seam));
  out.set(x.subarray(seam), seam + more);
  return out;
}
