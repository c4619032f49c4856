import type { ScoreId } from '../core/scores.ts';
import { clipping } from './clipping.ts';
import { coloration } from './coloration.ts';
import { discontinuity } from './discontinuity.ts';
import { distortion } from './distortion.ts';
import { mosCqe } from './e-model.ts';
import { echo } from './echo.ts';
import { levelError } from './level-error.ts';
import { metallic } from './metallic/metallic.ts';
import { mosLqo } from './mos-lqo.ts';
import { noisiness } from './noisiness.ts';
import type { ScoreDefinition } from './scoring.ts';
import { visqolScore } from './visqol-score.ts';

/** Every score. A new one is a file, a line here, a test and a section of docs/scores.md. */
export const SCORES: Readonly<Record<ScoreId, ScoreDefinition>> = {
  mosLqo: { compute: mosLqo, withoutSpeech: false },
  visqol: { compute: visqolScore, withoutSpeech: false },
  mosCqe: { compute: mosCqe, withoutSpeech: false },
  metallic: { compute: metallic, withoutSpeech: false },
  distortion: { compute: distortion, withoutSpeech: false },
  discontinuity: { compute: discontinuity, withoutSpeech: false },
  noisiness: { compute: noisiness, withoutSpeech: false },
  coloration: { compute: coloration, withoutSpeech: false },
  echo: { compute: echo, withoutSpeech: false },
  clipping: { compute: clipping, withoutSpeech: true },
  levelError: { compute: levelError, withoutSpeech: true },
};
