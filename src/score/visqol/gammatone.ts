/** Number of bands and lower edge of ViSQOL's speech mode; the upper edge is 8 kHz or half the sample rate. */
export const BANDS = 21;
const LOW_HZ = 50;
const HIGH_HZ = 8_000;
/** Glasberg and Moore's ear, as in Slaney, Apple Technical Report 35 (1993). */
const EAR_Q = 9.26449;
const MIN_BANDWIDTH_HZ = 24.7;
/** Where the zeros of the four stages lie (Slaney 1993). */
const ZEROS: readonly number[] = [Math.sqrt(3 + 2 ** 1.5), -Math.sqrt(3 + 2 ** 1.5), Math.sqrt(3 - 2 ** 1.5), -Math.sqrt(3 - 2 ** 1.5)];

/**
 * Fourth-order gammatone filters, one a band: four times the same pair of poles, 1/D with D = 1 + a1·z⁻¹ + a2·z⁻², and four zeros, which lie
 * two and two evenly around the poles' real part. So a pair of zeros over D is 1 + c·z⁻²/D, with c their product less a2, and the whole
 * is 1/D · 1/D · (1 + c1·z⁻²/D) · (1 + c2·z⁻²/D): two multiplications less a pair of zeros than as published, for the same output. `gain` makes
 * the peak of the whole 1.
 */
export interface GammatoneBank {
  readonly sampleRateHz: number;
  /** Ascending. */
  readonly centresHz: Float64Array;
  /** Per band: c1, c2, a1, a2, gain. */
  readonly coefficients: Float64Array;
}

const PER_BAND = 5;

/** The bank for a sample rate (Patterson–Holdsworth, Slaney's design). */
export function gammatoneBank(sampleRateHz: number): GammatoneBank {
  const corner = EAR_Q * MIN_BANDWIDTH_HZ;
  const highHz = Math.min(HIGH_HZ, sampleRateHz / 2);
  const step = (Math.log(LOW_HZ + corner) - Math.log(highHz + corner)) / BANDS;
  const centresHz = new Float64Array(BANDS);
  const coefficients = new Float64Array(BANDS * PER_BAND);
  for (let band = 0; band < BANDS; band++) {
    const centreHz = -corner + (highHz + corner) * Math.exp((BANDS - band) * step);
    centresHz[band] = centreHz;
    const omega = (2 * Math.PI * centreHz) / sampleRateHz;
    const bandwidth = 1.019 * 2 * Math.PI * (centreHz / EAR_Q + MIN_BANDWIDTH_HZ);
    const decay = Math.exp(-bandwidth / sampleRateHz);
    const at = band * PER_BAND;
    const zeros = new Float64Array(4);
    let peak = 1;
    for (let stage = 0; stage < 4; stage++) {
      const mix = Math.cos(omega) + (ZEROS[stage] as number) * Math.sin(omega);
      zeros[stage] = -mix * decay;
      peak *= Math.hypot(
        -2 * Math.cos(2 * omega) + 2 * decay * Math.cos(omega) * mix,
        -2 * Math.sin(2 * omega) + 2 * decay * Math.sin(omega) * mix,
      );
    }
    peak /=
      Math.hypot(
        -2 * decay * decay - 2 * Math.cos(2 * omega) + 2 * (1 + Math.cos(2 * omega)) * decay,
        -2 * Math.sin(2 * omega) + 2 * Math.sin(2 * omega) * decay,
      ) ** 4;
    const a2 = decay * decay;
    coefficients[at] = (zeros[0] as number) * (zeros[1] as number) - a2;
    coefficients[at + 1] = (zeros[2] as number) * (zeros[3] as number) - a2;
    coefficients[at + 2] = -2 * Math.cos(omega) * decay;
    coefficients[at + 3] = a2;
    coefficients[at + 4] = 1 / peak;
  }
  return { sampleRateHz, centresHz, coefficients };
}

/**
 * Filters one frame from rest through every band and writes the root mean square of each output.
 * @param frame the windowed frame
 * @param out receives BANDS values from `at` on
 */
export function bandRmsInto(bank: GammatoneBank, frame: Float64Array, out: Float64Array, at: number): void {
  const { coefficients } = bank;
  const length = frame.length;
  const pairs = length - (length % 2);
  for (let band = 0; band < BANDS; band++) {
    const c = band * PER_BAND;
    const c1 = coefficients[c] as number;
    const c2 = coefficients[c + 1] as number;
    const a1 = coefficients[c + 2] as number;
    const a2 = coefficients[c + 3] as number;
    // The last two outputs of each 1/D. Two samples a round, so that none of them has to be moved from one variable to another.
    let [ua, ub, va, vb, wa, wb, ya, yb] = [0, 0, 0, 0, 0, 0, 0, 0];
    let energy = 0;
    for (let i = 0; i < pairs; i += 2) {
      const x = frame[i] as number;
      const u = x - a2 * ub - a1 * ua;
      const p = x + c1 * ub;
      const v = p - a2 * vb - a1 * va;
      const w = p + c2 * vb - a2 * wb - a1 * wa;
      const y = w - a2 * yb - a1 * ya;
      energy += y * y;
      const next = frame[i + 1] as number;
      ub = u;
      const q = next + c1 * ua;
      ua = next - a2 * ua - a1 * u;
      vb = v;
      const r = q + c2 * va;
      va = q - a2 * va - a1 * v;
      wb = w;
      wa = r - a2 * wa - a1 * w;
      yb = y;
      ya = wa - a2 * ya - a1 * y;
      energy += ya * ya;
    }
    if (pairs < length) {
      const p = (frame[pairs] as number) + c1 * ub;
      const w = p + c2 * vb - a2 * wb - a1 * wa;
      const y = w - a2 * yb - a1 * ya;
      energy += y * y;
    }
    out[at + band] = Math.sqrt(energy / length) * (coefficients[c + 4] as number);
  }
}
