import { describe, expect, it } from 'vitest';
import { type Answer, readAnswer } from '../../../src/call/engines/libwebrtc-messages.ts';
import { ShapeError } from '../../../src/core/shape.ts';

const answers: Answer[] = [
  { kind: 'ready', version: '0.10.0' },
  { kind: 'answer', sdp: 'v=0\r\n' },
  { kind: 'transport', layer: 'ice', outcome: 'connected' },
  { kind: 'speaking', atMs: 12.5 },
  { kind: 'heard', atMs: 12.5, sampleRateHz: 16_000, samples: new Int16Array(160) },
  { kind: 'round-trip', seconds: null },
  { kind: 'finished', inbound: { packetsReceived: 3, kind: 'audio', active: true } },
  { kind: 'finished', inbound: null },
  { kind: 'failed', message: 'no' },
];

describe("a message of the engine's process", () => {
  it.each(answers)('is taken as it is: $kind', (answer) => {
    expect(readAnswer(answer)).toBe(answer);
  });

  it.each([
    ['nothing', null],
    ['a text', 'ready'],
    ['an unknown kind', { kind: 'constructor' }],
    ['no version', { kind: 'ready' }],
    ['a time that is none', { kind: 'speaking', atMs: Number.NaN }],
    ['sound as text', { kind: 'heard', atMs: 1, sampleRateHz: 48_000, samples: 'la la' }],
    ['an impossible rate', { kind: 'heard', atMs: 1, sampleRateHz: 0, samples: new Int16Array(1) }],
    ['statistics within statistics', { kind: 'finished', inbound: { codec: {} } }],
  ])('is refused with %s', (_what, message) => {
    expect(() => readAnswer(message)).toThrow(ShapeError);
  });

  it.each([
    ['more sound than half a second', { kind: 'heard', atMs: 1, sampleRateHz: 48_000, samples: new Int16Array(60_000) }],
    ['a description of a megabyte', { kind: 'answer', sdp: 'v'.repeat(1_000_000) }],
    ['a thousand statistics', { kind: 'finished', inbound: Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`s${n}`, n])) }],
  ])('is refused when it is larger than any honest one: %s', (_what, message) => {
    expect(() => readAnswer(message)).toThrow('bounded');
  });
});
