import { measured } from '../core/measurement.ts';
import type { Score } from '../core/scores.ts';
import { clamp } from '../dsp/statistics.ts';
import { opusModel, opusRow } from './opus-impairment.ts';
import { noScore, type ScoringContext } from './scoring.ts';

/** What the network and the receiver did to a call, for the E-model. */
export interface NetworkImpairment {
  readonly codecBitrateBps: number;
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
 * the bandwidth Opus has at the bitrate. The part `fullbandR` (G.107.2, from 14 kbit/s), `widebandR` (G.107.1) or `narrowbandR` (G.107)
 * states which; `codecImpairment`, `lossImpairment`, `delayImpairment` are on that scale, and `dominant` names the largest.
 */
export function mosCqe({ network }: ScoringContext): Score {
  if (network === null) return noScore('no network data: the recording alone does not tell what the network did');
  const kbps = network.codecBitrateBps / 1000;
  const model = opusModel(kbps);
  const { ie, bplRandom, bplBursty } = opusRow(model, kbps);
  const lossPercent = 100 * clamp(network.concealedRatio, 0, 1);
  const bpl = network.burstRatio >= BURSTY ? bplBursty : bplRandom;
  const loss = ((model.limit - ie) * lossPercent) / (lossPercent + bpl);
  const delay = delayImpairment(1000 * network.oneWayDelaySeconds);
  const r = model.bestR - ie - loss - delay;
  const impairments = { codecImpairment: ie, lossImpairment: loss, delayImpairment: delay };
  const [largest] = Object.entries(impairments).sort((a, b) => b[1] - a[1]);
  const variant = { 'G.107': 'narrowbandR', 'G.107.1': 'widebandR', 'G.107.2': 'fullbandR' }[model.recommendation];
  const parts = Object.fromEntries(Object.entries({ [variant]: r, ...impairments }).map(([name, value]) => [name, measured(value, 'R')]));
  return { measurement: measured(mosOfR(r / model.scale), 'MOS'), parts, dominant: largest?.[0] ?? null };
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
