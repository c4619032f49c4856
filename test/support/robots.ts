import type { Rng } from '../../src/core/rng.ts';
import { createFft } from '../../src/dsp/fft.ts';
import { activeLevel, dbToAmplitude } from '../../src/dsp/levels.ts';
import { windowInto } from '../../src/dsp/stft.ts';
import { hann } from '../../src/dsp/windows.ts';

/** Artefacts that make a voice mechanical, on sounds at 16 kHz. */
const RATE_HZ = 16_000;

/** Every phase set to zero once a period: a voice of one pitch, the oldest robot there is. */
export function robot(x: Float32Array, pitchHz: number): Float32Array {
  const fft = createFft(512);
  const window = hann(512);
  const period = RATE_HZ / pitchHz;
  const out = new Float32Array(x.length);
  for (let n = 0; n * period < x.length; n++) {
    const centre = Math.round(n * period);
    windowInto(fft, x, centre - 256, window);
    const spectrum = fft.forward();
    for (let k = 0; k < spectrum.length; k += 2) {
      spectrum[k] = Math.hypot(spectrum[k] as number, spectrum[k + 1] as number);
      spectrum[k + 1] = 0;
    }
    const pulse = fft.inverse();
    for (let i = -256; i < 256; i++) {
      const at = centre + i;
      if (at >= 0 && at < out.length)
        out[at] = (out[at] as number) + (pulse[(i + 512) % 512] as number) * (0.5 + 0.5 * Math.cos((Math.PI * i) / 256));
    }
  }
  return matchLevel(out, x);
}

/** The vocal tract of the speech (LPC of order 16) excited by pulses of one pitch. */
export function lpcRobot(x: Float32Array, pitchHz: number): Float32Array {
  const [order, frame, hop] = [16, 480, 240];
  const window = hann(frame);
  const period = Math.round(RATE_HZ / pitchHz);
  const out = new Float32Array(x.length);
  const state = new Float64Array(order);
  for (let start = 0; start + frame <= x.length; start += hop) {
    const r = new Float64Array(order + 1);
    for (let lag = 0; lag <= order; lag++) {
      for (let i = lag; i < frame; i++) {
        r[lag] =
          (r[lag] as number) +
          (x[start + i] as number) * (window[i] as number) * (x[start + i - lag] as number) * (window[i - lag] as number);
      }
    }
    const { coefficients, residual } = levinson(r, order);
    const strength = Math.sqrt((residual / frame) * 2.7 * period);
    for (let i = start + 120; i < start + 120 + hop && i < out.length; i++) {
      let y = i % period === 0 ? strength : 0;
      for (let k = 0; k < order; k++) y -= (coefficients[k] as number) * (state[k] as number);
      state.copyWithin(1, 0, order - 1);
      state[0] = y;
      out[i] = y;
    }
  }
  return matchLevel(out, x);
}

function levinson(r: Float64Array, order: number): { coefficients: Float64Array; residual: number } {
  const a = new Float64Array(order);
  let error = (r[0] as number) * 1.0001 + 1e-9;
  for (let m = 0; m < order; m++) {
    let sum = r[m + 1] as number;
    for (let k = 0; k < m; k++) sum += (a[k] as number) * (r[m - k] as number);
    const reflection = -sum / error;
    const old = a.slice(0, m);
    for (let k = 0; k < m; k++) a[k] = (old[k] as number) + reflection * (old[m - 1 - k] as number);
    a[m] = reflection;
    error *= 1 - reflection * reflection;
  }
  return { coefficients: a, residual: error };
}

/** Multiplied by a sine. */
export function ring(x: Float32Array, hz: number): Float32Array {
  return x.map((v, i) => v * Math.SQRT2 * Math.sin((2 * Math.PI * hz * i) / RATE_HZ));
}

/** Amplitude-modulated with a depth of 0–1. */
export function tremble(x: Float32Array, hz: number, depth: number): Float32Array {
  return x.map((v, i) => v * (1 + depth * Math.sin((2 * Math.PI * hz * i) / RATE_HZ)));
}

/** Added to itself `ms` later, `amount` times as loud. */
export function comb(x: Float32Array, ms: number, amount: number): Float32Array {
  const lag = Math.round((ms * RATE_HZ) / 1000);
  return x.map((v, i) => v + (i >= lag ? amount * (x[i - lag] as number) : 0));
}

/** Added to itself after a delay that swings between 1 and 1 + `sweepMs`. */
export function flanger(x: Float32Array, hz: number, sweepMs: number, amount: number): Float32Array {
  const perMs = RATE_HZ / 1000;
  return x.map((v, i) => {
    const place = i - perMs * (1 + sweepMs * (0.5 - 0.5 * Math.cos((2 * Math.PI * hz * i) / RATE_HZ)));
    const n = Math.floor(place);
    const share = place - n;
    return n < 0 ? v : v + amount * ((1 - share) * (x[n] as number) + share * (x[n + 1] as number));
  });
}

/** Every sample held for `count`: a resampler without a filter. */
export function holdSamples(x: Float32Array, count: number): Float32Array {
  return x.map((_, i) => x[i - (i % count)] as number);
}

/** Single-sideband shift upward: the analytic signal turned at `hz`. */
export function shiftHz(x: Float32Array, hz: number): Float32Array {
  const taps = 257;
  const middle = (taps - 1) / 2;
  const out = new Float32Array(x.length);
  for (let n = 0; n < x.length; n++) {
    let quadrature = 0;
    for (let k = 1; k <= middle; k += 2) {
      const weight = (2 / (Math.PI * k)) * (0.5 + 0.5 * Math.cos((Math.PI * k) / (middle + 1)));
      quadrature += weight * ((x[n - k] ?? 0) - (x[n + k] ?? 0));
    }
    const angle = (2 * Math.PI * hz * n) / RATE_HZ;
    out[n] = (x[n] as number) * Math.cos(angle) - quadrature * Math.sin(angle);
  }
  return out;
}

/** Passes every 20 ms frame's spectrum through `change`, with half-overlapping windows that sum to one. */
function throughSpectrum(x: Float32Array, change: (spectrum: Float64Array, frame: number) => void, hop = 320): Float32Array {
  const size = 2 * hop;
  const fft = createFft(1024);
  const window = Float64Array.from(hann(size), Math.sqrt);
  const out = new Float32Array(x.length);
  for (let t = -1; t * hop < x.length; t++) {
    windowInto(fft, x, t * hop, window);
    change(fft.forward(), t + 1);
    const block = fft.inverse();
    for (let i = 0; i < size; i++) {
      const at = t * hop + i;
      if (at >= 0 && at < out.length) out[at] = (out[at] as number) + (block[i] as number) * (window[i] as number);
    }
  }
  return out;
}

/** Cells of 20 ms by 125 Hz dropped at random, as a starved transform coder does. */
export function holes(x: Float32Array, rng: Rng, share: number): Float32Array {
  return throughSpectrum(x, (spectrum) => {
    for (let k = 0; k < spectrum.length; k += 16) if (rng.next() < share) spectrum.fill(0, k, k + 16);
  });
}

/** White noise of an SNR, then a spectral subtraction too keen for its own good: what is left of the noise rings. */
export function musicalNoise(x: Float32Array, rng: Rng, snrDb: number): Float32Array {
  const level = dbToAmplitude(activeLevel(x, RATE_HZ).dbov - snrDb);
  const noisy = x.map((v) => v + level * Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next()));
  const noisePower = level * level * 320;
  return throughSpectrum(noisy, (spectrum) => {
    for (let k = 0; k < spectrum.length; k += 2) {
      const power = (spectrum[k] as number) ** 2 + (spectrum[k + 1] as number) ** 2;
      const factor = Math.sqrt(Math.max(1e-4, 1 - (2 * noisePower) / Math.max(power, 1e-12)));
      spectrum[k] = (spectrum[k] as number) * factor;
      spectrum[k + 1] = (spectrum[k + 1] as number) * factor;
    }
  });
}

/** A share of all 20 ms frames played backwards. */
export function reverseFrames(x: Float32Array, rng: Rng, share: number): Float32Array {
  const out = x.slice();
  for (let start = 0; start + 320 <= x.length; start += 320) if (rng.next() < share) out.subarray(start, start + 320).reverse();
  return out;
}

function matchLevel(x: Float32Array, like: Float32Array): Float32Array {
  const factor = dbToAmplitude(activeLevel(like, RATE_HZ).dbov - activeLevel(x, RATE_HZ).dbov);
  return x.map((v) => v * factor);
}
