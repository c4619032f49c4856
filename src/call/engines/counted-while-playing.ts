/** Members of `inbound-rtp` that count what was played (W3C webrtc-stats, section 8.4): they go on growing while nobody speaks any more. */
export const COUNTED_WHILE_PLAYING: readonly string[] = [
  'totalSamplesReceived',
  'totalSamplesDuration',
  'totalAudioEnergy',
  'concealedSamples',
  'silentConcealedSamples',
  'concealmentEvents',
  'insertedSamplesForDeceleration',
  'removedSamplesForAcceleration',
  'jitterBufferDelay',
  'jitterBufferTargetDelay',
  'jitterBufferMinimumDelay',
  'jitterBufferEmittedCount',
];
