import { measured } from '../../core/measurement.ts';
import { noEvidence } from '../../core/single-ended.ts';
import { bandEnvelope, ENVELOPE_RATE_HZ, MODULATION_WINDOW, modulationSpectrum, soundingWindows } from '../../dsp/modulation.ts';
import { clamp, logistic, runningMedian } from '../../dsp/statistics.ts';
import { FRAME_SECONDS, forEachPiece, LISTENING_RATE_HZ, type Listening } from './listening.ts';
import type { Sign } from './sign.ts';
import type { Stretch } from './stretches.ts';

/** Bands whose envelopes are looked at, Hz, as in the score with a reference: a buzz shows in all of them, a voice's own fluctuation does not. */
const BANDS_HZ: readonly (readonly [number, number])[] = [
  [300, 1000],
  [1000, 2200],
  [2200, 3600],
  [3600, 6500],
];
/** A band is looked at when the sound reaches up to its middle. */
const LEAST_BANDS = 2;
/** Range in which a modulation is heard as buzz or roughness rather than as rhythm or pitch, Hz. */
const LOWEST_HZ = 15.6;
const HIGHEST_HZ = 121;
/** A depth of 1 %: under it a line means nothing. */
const POWER_FLOOR = 1e-4;
/** Half width of the median that a line must rise above, bins of 1.95 Hz. */
const MEDIAN_RADIUS = 7;
/**
 * Height that counts as half present, dB, mean over the bands less the highest. 13 clean talkers: at most 4.1 (an utterance of 1.6 s on one pitch),
 * most under 2; amplitude and ring modulation: 5.2 to 13.
 */
const CENTRE = 5;
const WIDTH = 0.4;

const BIN_HZ = ENVELOPE_RATE_HZ / MODULATION_WINDOW;
const FROM = Math.ceil(LOWEST_HZ / BIN_HZ);
const TO = Math.floor(HIGHEST_HZ / BIN_HZ);
const HOP_SECONDS = 0.128;

/**
 * A line in the modulation spectra of the voice: ring and amplitude modulation, a constant pitch, the packet rate showing through.
 * Measurement: its height over its surroundings in the worst 15 s of speech, dB; part `frequency`, Hz. A voice on one note has one too, at its pitch.
 */
export function buzzLine(listening: Listening, stretches: readonly Stretch[], bandwidthHz: number | null): Sign {
  const reach = bandwidthHz ?? LISTENING_RATE_HZ / 2;
  const envelopes = BANDS_HZ.filter(([low, high]) => (low + high) / 2 <= reach).map(([low, high]) =>
    envelopeOf(listening.samples, low, high),
  );
  let best: { height: number; hz: number } | null = null;
  if (envelopes.length >= LEAST_BANDS) {
    const windows = envelopes.map(soundingWindows);
    for (const stretch of stretches) {
      const line = lineOf(envelopes, windows, stretch);
      if (line !== null && (best === null || line.height > best.height)) best = line;
    }
  }
  if (best === null) return { ...noEvidence('no stretch of half a second in which two bands of the voice sound'), events: [] };
  return {
    measurement: measured(best.height, 'dB'),
    parts: { frequency: measured(best.hz, 'Hz') },
    strength: logistic(best.height, CENTRE, WIDTH),
    kind: null,
    events: [],
  };
}

function envelopeOf(samples: Float32Array, lowHz: number, highHz: number): Float64Array {
  const step = LISTENING_RATE_HZ / ENVELOPE_RATE_HZ;
  const out = new Float64Array(Math.floor(samples.length / step));
  forEachPiece(samples, (piece, start, from, to) => {
    const envelope = bandEnvelope(Float64Array.from(piece), LISTENING_RATE_HZ, lowHz, highHz);
    const first = Math.floor(from / step);
    const count = Math.min(out.length, Math.floor(to / step)) - first;
    const skip = first - Math.floor(start / step);
    out.set(envelope.subarray(skip, skip + count), first);
  });
  return out;
}

/** The highest line of one stretch; null when fewer than two bands sound in it. */
function lineOf(
  envelopes: readonly Float64Array[],
  windows: readonly Uint8Array[],
  stretch: Stretch,
): { height: number; hz: number } | null {
  const first = Math.floor((stretch.from * FRAME_SECONDS) / HOP_SECONDS);
  const last = Math.ceil((stretch.to * FRAME_SECONDS) / HOP_SECONDS);
  const heights = envelopes.flatMap((envelope, band) => {
    const chosen = (windows[band] as Uint8Array).map((sounds, w) => (w >= first && w < last ? sounds : 0));
    return chosen.includes(1) ? [heightsOf(modulationSpectrum(envelope, chosen))] : [];
  });
  if (heights.length < LEAST_BANDS) return null;
  // The highest band is left out: a voice's own pitch may stand out in one of them, a buzz does in all.
  const line = Float64Array.from({ length: TO - FROM + 1 }, (_, i) => {
    const values = heights.map((band) => band[i] as number);
    const sum = values.reduce((total, value) => total + value, 0);
    return (sum - Math.max(...values)) / (values.length - 1);
  });
  let peak = 0;
  for (let k = 1; k < line.length; k++) if ((line[k] as number) > (line[peak] as number)) peak = k;
  return { height: Math.max(0, line[peak] as number), hz: (FROM + peak + peakOffset(line, peak)) * BIN_HZ };
}

function heightsOf(spectrum: Float64Array): Float64Array {
  const low = FROM - MEDIAN_RADIUS;
  const db = Float64Array.from(
    { length: TO - FROM + 1 + 2 * MEDIAN_RADIUS },
    (_, i) => 10 * Math.log10((spectrum[low + i] as number) + POWER_FLOOR),
  );
  const usual = runningMedian(db, MEDIAN_RADIUS);
  return Float64Array.from({ length: TO - FROM + 1 }, (_, i) => (db[i + MEDIAN_RADIUS] as number) - (usual[i + MEDIAN_RADIUS] as number));
}

/** Offset of a parabola's top through a peak and its neighbours, bins, within ±0.5. */
function peakOffset(values: Float64Array, peak: number): number {
  if (peak === 0 || peak === values.length - 1) return 0;
  const [before, here, after] = [values[peak - 1] as number, values[peak] as number, values[peak + 1] as number];
  const bend = before - 2 * here + after;
  return bend < 0 ? clamp((0.5 * (before - after)) / bend, -0.5, 0.5) : 0;
}
