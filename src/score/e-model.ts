import { measured } from '../core/measurement.ts';
import type { Score } from '../core/scores.ts';
import { clamp } from '../dsp/statistics.ts';
import { G711_IE, g711Bpl } from './g711-impairment.ts';
import { type BandwidthModel, NARROWBAND, opusModel, opusRow } from './opus-impairment.ts';
import { noScore, type ScoringContext } from './scoring.ts';

/** What the network and the receiver did to a call, for the E-model. */
export interface NetworkImpairment {
  /** Of G.711, whether the receiver fills gaps with anything: that decides what a lost packet costs. */
  readonly codec: { readonly name: 'opus'; readonly bitrateBps: number } | { readonly name: 'g711'; readonly gapsFilled: boolean };
  /** Share of the played speech that was concealed, 0–1; concealed silence left out. */
  readonly concealedRatio: number;
  /** Mean length of loss bursts over what it would be with random loss; 1 is random. */
  readonly burstRatio: number;
  /** Mouth to ear: network, jitter buffer, packet and codec together. */
  readonly oneWayDelaySeconds: number;
}

/** From this burst ratio the robustness measured with bursty loss holds. */
const BURSTY = 1.5;
/** G.107: delay is not noticed up to 100 ms, and its sensitivity for ordinary talk. */
const UNNOTICED_MS = 100;
const SENSITIVITY = 1;

/**
 * Conversational quality as planned from the network alone, 1–5 (P.800.1: MOS-CQE): ITU-T E-model R = Rmax − Idd − Ie,eff on the scale of
 * the codec's bandwidth, which Opus chooses by its bitrate. The part `fullbandR` (G.107.2, from 14 kbit/s), `widebandR` (G.107.1) or `narrowbandR` (G.107)
 * states which; `codecImpairment`, `lossImpairment`, `delayImpairment` are on that scale, and `dominant` names the largest.
 */
export function mosCqe({ network }: ScoringContext): Score {
  if (network === null) return noScore('no network data: the recording alone does not tell what the network did');
  const { model, ie, bpl, burstRatio } = equipmentOf(network);
  const lossPercent = 100 * clamp(network.concealedRatio, 0, 1);
  const loss = ((model.limit - ie) * lossPercent) / (lossPercent / burstRatio + bpl);
  const delay = delayImpairment(1000 * network.oneWayDelaySeconds);
  const r = model.bestR - ie - loss - delay;
  const impairments = { codecImpairment: ie, lossImpairment: loss, delayImpairment: delay };
  const [largest] = Object.entries(impairments).sort((a, b) => b[1] - a[1]);
  const variant = { 'G.107': 'narrowbandR', 'G.107.1': 'widebandR', 'G.107.2': 'fullbandR' }[model.recommendation];
  const parts = Object.fromEntries(Object.entries({ [variant]: r, ...impairments }).map(([name, value]) => [name, measured(value, 'R')]));
  return { measurement: measured(mosOfR(r / model.scale), 'MOS'), parts, dominant: largest?.[0] ?? null };
}

/** A codec's impairment, and what G.107 needs to know to tell that of its lost packets. */
interface Equipment {
  readonly model: BandwidthModel;
  readonly ie: number;
  readonly bpl: number;
  /** 1 where `bpl` itself was measured with the bursts there are. */
  readonly burstRatio: number;
}

function equipmentOf({ codec, burstRatio }: NetworkImpairment): Equipment {
  if (codec.name === 'g711') return { model: NARROWBAND, ie: G711_IE, bpl: g711Bpl(codec.gapsFilled), burstRatio };
  const kbps = codec.bitrateBps / 1000;
  const model = opusModel(kbps);
  const { ie, bplRandom, bplBursty } = opusRow(model, kbps);
  return { model, ie, bpl: burstRatio >= BURSTY ? bplBursty : bplRandom, burstRatio: 1 };
}

/** MOS of a rating on G.107's scale of 0–100 (Annex B). */
export function mosOfR(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  // The cubic dips under 1 for 0 < R < 6.5.
  return Math.max(1, 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r));
}

/** Idd of G.107: what absolute delay costs a conversation, with the default sensitivity. 0 up to 100 ms. */
export function delayImpairment(oneWayMs: number): number {
  if (oneWayMs <= UNNOTICED_MS) return 0;
  const x = Math.log2(oneWayMs / UNNOTICED_MS);
  const power = 6 * SENSITIVITY;
  return 25 * ((1 + x ** power) ** (1 / power) - 3 * (1 + (x / 3) ** power) ** (1 / power) + 2);
}
