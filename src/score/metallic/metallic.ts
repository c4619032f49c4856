import { type Measurement, measured, measuredValue, notApplicable } from '../../core/measurement.ts';
import type { Score } from '../../core/scores.ts';
import type { Signal } from '../../core/signal.ts';
import { clamp } from '../../dsp/statistics.ts';
import { clippedRatioOf } from '../clipping.ts';
import { quantisationNoiseDb } from '../quantisation.ts';
import type { ScoringContext } from '../scoring.ts';
import { buzz } from './buzz.ts';
import { coarse } from './coarse.ts';
import { comb } from './comb.ts';
import { mono } from './mono.ts';
import { musical } from './musical.ts';
import { nameOf, type SubScores } from './naming.ts';
import { rep } from './rep.ts';
import { noisyOr } from './sub-score.ts';
import { tone } from './tone.ts';
import { warp } from './warp.ts';

/** A part is named as the dominant one from this score on. */
const LEAST_TO_NAME = 0.1;
/** Level in the pauses that follows the speech before it is echo or reverberation: this correlation, this level re the loud end, dB. */
const ECHO_CORRELATION = 0.6;
const ECHO_LEVEL_DB = -58;
const ABOVE_REFERENCE_DB = 3;
/** What echo and clipping explain of two features: a factor on tone, amounts off coarse. */
const ECHO_TONE_WEIGHT = 0.5;
const ECHO_COARSE = 0.2;
const CLIPPING_COARSE = 0.12;
/** So it is with the noise of coarse steps (8 bits and fewer) from this level re speech on, dB. */
const STEP_NOISE_DB = -25;
const STEP_COARSE = 0.12;
/** Share of clipped samples from which a mismatch of fine structure is put down to clipping, and over which the amount doubles. */
const CLIPPED_RATIO = 0.008;
const CLIPPED_SPAN = 0.1;

/**
 * How surely the voice sounds metallic, robotic or mechanical, 0–1: the noisy-OR of eight detectors, each a difference to the reference, so
 * that a robotic reference reads 0. `parts` holds each detector's strength under its own name and the features behind it; `dominant` names
 * what explains the rest, from a score of 0.1.
 */
export function metallic(context: ScoringContext): Score {
  return combine(context.subScores());
}

/** The eight detectors by name, each with its features frame by frame. */
export function metallicSubScores(context: ScoringContext): SubScores {
  const { frontEnd } = context;
  const { alive } = context.longTerm();
  const pauses = context.pauses();
  // The reference may itself be from a room: what it brings along is explained already.
  const echo =
    pauses !== null &&
    pauses.echoCorrelation > ECHO_CORRELATION &&
    pauses.noiseDb > ECHO_LEVEL_DB &&
    pauses.noiseDb > pauses.referenceDb + ABOVE_REFERENCE_DB;
  const clipped = clippedRatioOf(context.score('clipping'));
  return {
    buzz: buzz(frontEnd, context.gaps()),
    mono: mono(frontEnd),
    rep: rep(frontEnd, context.gaps(), pauses),
    tone: tone(frontEnd, alive, echo ? ECHO_TONE_WEIGHT : 1),
    comb: comb(frontEnd),
    coarse: coarse(frontEnd, alive, (echo ? ECHO_COARSE : 0) + clippingAllowance(clipped) + stepAllowance(frontEnd.input.recording)),
    musical: echo
      ? { strength: 0, times: 0, features: { musicalIslands: notApplicable('the pauses hold an echo') } }
      : musical(frontEnd, pauses),
    warp: warp(frontEnd),
  };
}

/** What of a mismatch of fine structure is the doing of too few bits. */
function stepAllowance(recording: Signal): number {
  const noise = quantisationNoiseDb(recording);
  return noise !== null && noise > STEP_NOISE_DB ? STEP_COARSE : 0;
}

/** What of a mismatch of fine structure is clipping's doing. */
function clippingAllowance(clippedRatio: number): number {
  return clippedRatio > CLIPPED_RATIO ? CLIPPING_COARSE * (1 + clamp((clippedRatio - CLIPPED_RATIO) / CLIPPED_SPAN, 0, 1)) : 0;
}

function combine(subScores: SubScores): Score {
  const parts: Record<string, Measurement> = {};
  const strengths: number[] = [];
  for (const [name, { strength, features }] of Object.entries(subScores)) {
    parts[name] =
      strength === null ? (Object.values(features)[0] ?? notApplicable('nothing to measure it on')) : measured(strength, 'score');
    Object.assign(parts, features);
    if (strength !== null) strengths.push(strength);
  }
  const value = noisyOr(strengths);
  return { measurement: measured(value, 'score'), parts, dominant: value > LEAST_TO_NAME ? nameOf(subScores) : null };
}

/** Strength of the `coarse` part of a metallic score, 0–1; 0 where it could not be measured. */
export function coarseStrength(score: Score): number {
  return measuredValue(score.parts['coarse']) ?? 0;
}
