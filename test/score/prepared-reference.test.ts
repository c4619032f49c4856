import { expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import type { Signal } from '../../src/core/signal.ts';
import { resample } from '../../src/dsp/resample.ts';
import { prepareReference, scoreRecording } from '../../src/score/score-recording.ts';
import * as loss from '../support/lossy.ts';
import { bundledSpeech } from '../support/speech-files.ts';

const speech = bundledSpeech('en-male', 3);
const NETWORK = { codec: { name: 'opus', bitrateBps: 32_000 }, concealedRatio: 0.05, burstRatio: 1.5, oneWayDelaySeconds: 0.1 } as const;

test('a reference prepared once gives every recording the scores it has with the reference as it is, in any order', () => {
  const recordings: Signal[] = [
    { ...speech, samples: loss.pitchRepeat(speech.samples, createRng(2), 0.1, 2) },
    resample({ ...speech, samples: loss.gaps(speech.samples, createRng(3), 0.1, 2).subarray(8_000) }, 48_000),
    { ...speech, samples: new Float32Array(20_000) },
  ];
  const prepared = prepareReference(speech);
  const once = recordings.map((recording) => scoreRecording(prepared, recording, NETWORK));
  const again = recordings.toReversed().map((recording) => scoreRecording(prepared, recording, NETWORK));
  expect(again.toReversed()).toEqual(once);
  expect(once).toEqual(recordings.map((recording) => scoreRecording(speech, recording, NETWORK)));
});
