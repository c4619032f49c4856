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
 * Fourth-order gammatone filters, one a band, as four second-order stages with common poles. Each stage is
 * (1 + zero·z⁻¹) / (1 + a1·z⁻¹ + a2·z⁻²); `gain` makes the peak of the whole 1.
 */
export interface GammatoneBank {
  readonly sampleRateHz: number;
  /** Ascending. */
  readonly centresHz: Float64Array;
  /** Per band: zero of stage 1–4, a1, a2, gain. */
  readonly coefficients: Float64Array;
}

const PER_BAND = 7;

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
    let peak = 1;
    for (let stage = 0; stage < 4; stage++) {
      const mix = Math.cos(omega) + (ZEROS[stage] as number) * Math.sin(omega);
      coefficients[at + stage] = -mix * decay;
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
    coefficients[at + 4] = -2 * Math.cos(omega) * decay;
    coefficients[at + 5] = decay * decay;
    coefficients[at + 6] = 1 / peak;
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
  for (let band = 0; band < BANDS; band++) {
    const c = band * PER_BAND;
    const z1 = coefficients[c] as number;
    const z2 = coefficients[c + 1] as number;
    const z3 = coefficients[c + 2] as number;
    const z4 = coefficients[c + 3] as number;
    const a1 = coefficients[c + 4] as number;
    const a2 = coefficients[c + 5] as number;
    // Transposed form: two delays a stage, all in registers.
    let p1 = 0;
    let q1 = 0;
    let p2 = 0;
    let q2 = 0;
    let p3 = 0;
    let q3 = 0;
    let p4 = 0;
    let q4 = 0;
    let energy = 0;
    for (let i = 0; i < length; i++) {
      const x = frame[i] as number;
      const y1 = x + p1;
      p1 = z1 * x + q1 - a1 * y1;
      q1 = -a2 * y1;
      const y2 = y1 + p2;
      p2 = z2 * y1 + q2 - a1 * y2;
      q2 = -a2 * y2;
      const y3 = y2 + p3;
      p3 = z3 * y2 + q3 - a1 * y3;
      q3 = -a2 * y3;
      const y4 = y3 + p4;
      p4 = z4 * y3 + q4 - a1 * y4;
      q4 = -a2 * y4;
      energy += y4 * y4;
    }
    out[at + band] = Math.sqrt(energy / length) * (coefficients[c + 6] as number);
  }
}
