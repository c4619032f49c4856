/** A bandwidth's own E-model. */
export interface BandwidthModel {
  readonly recommendation: 'G.107' | 'G.107.1' | 'G.107.2';
  /** R without any impairment. */
  readonly bestR: number;
  /** R is divided by this before it becomes a MOS. */
  readonly scale: number;
  /** Ie,eff = Ie + (limit − Ie)·Ppl/(Ppl + Bpl). */
  readonly limit: number;
}

/** What a bitrate of Opus costs on the scale of the bandwidth it has at it. */
export interface OpusModel extends BandwidthModel {
  readonly rows: readonly OpusRow[];
}

/** Equipment impairment and packet-loss robustness (random and bursty loss) of Opus with variable bitrate. */
interface OpusRow {
  readonly kbps: number;
  readonly ie: number;
  readonly bplRandom: number;
  readonly bplBursty: number;
}

const row = (kbps: number, ie: number, bplRandom: number, bplBursty: number): OpusRow => ({ kbps, ie, bplRandom, bplBursty });

/**
 * Values of Alahmadi, Počta and Melvin, ACM TOMM 2021 (doi 10.1145/3458751), for variable bitrate. Each bandwidth lives on the scale of its own
 * Recommendation, lowest bitrates first.
 */
export const OPUS_SUPER_WIDEBAND: OpusModel = {
  recommendation: 'G.107.2',
  bestR: 148,
  scale: 1.48,
  limit: 132,
  rows: [
    row(14, 38.1, 16.5, 9.1),
    row(15, 34.1, 15, 7.9),
    row(16, 30.2, 11.8, 10.1),
    row(19, 23.8, 10.7, 8.9),
    row(22, 20.2, 10.5, 8.6),
    row(25, 20.2, 11.3, 9.2),
    row(28, 18.5, 10.6, 8.9),
    row(31, 16.8, 10.4, 8.8),
    row(34, 14.8, 10.1, 8.5),
    row(37, 12.1, 10.4, 8.3),
    row(40, 10.7, 9.8, 8.0),
  ],
};

const OPUS_WIDEBAND: OpusModel = {
  recommendation: 'G.107.1',
  bestR: 129,
  scale: 1.29,
  limit: 95,
  rows: [row(11, 28.4, 23.9, 20.1), row(12, 23.3, 22.2, 18.9), row(13, 20.0, 19.5, 16.9)],
};

/** Telephone speech: G.107 with its default values. */
export const NARROWBAND: BandwidthModel = { recommendation: 'G.107', bestR: 93.2, scale: 1, limit: 95 };

const OPUS_NARROWBAND: OpusModel = {
  ...NARROWBAND,
  rows: [row(6, 23.0, 24.6, 15.4), row(7, 21.3, 22.5, 14.4), row(8, 16.0, 20.3, 13.5), row(9, 11.7, 18.9, 12.4)],
};

/** The model of the bandwidth Opus chooses at a bitrate: super-wideband from 14 kbit/s, wideband from 11, narrowband below. */
export function opusModel(kbps: number): OpusModel {
  if (kbps >= 14) return OPUS_SUPER_WIDEBAND;
  return kbps >= 11 ? OPUS_WIDEBAND : OPUS_NARROWBAND;
}

/** The row of a bitrate, interpolated; held at its ends outside the measured range. */
export function opusRow(model: OpusModel, kbps: number): OpusRow {
  const { rows } = model;
  const above = rows.findIndex((candidate) => candidate.kbps >= kbps);
  const high = (above === -1 ? rows[rows.length - 1] : rows[above]) as OpusRow;
  const low = (above <= 0 ? high : rows[above - 1]) as OpusRow;
  const share = high.kbps > low.kbps ? (kbps - low.kbps) / (high.kbps - low.kbps) : 0;
  const between = (a: number, b: number): number => a + share * (b - a);
  return row(kbps, between(low.ie, high.ie), between(low.bplRandom, high.bplRandom), between(low.bplBursty, high.bplBursty));
}
