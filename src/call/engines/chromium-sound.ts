import type { Signal } from '../../core/signal.ts';

export const CHROMIUM_RATE_HZ = 48_000;
const BYTES_A_SAMPLE = 2;
/** What libwebrtc works with inside: signed 16-bit samples. */
const FULL_SCALE = 32_768;

/** Speech as the browser's WebRTC takes it in: 16-bit samples, little-endian. What lies outside full scale is cut. */
export function toPcm(signal: Signal): Buffer {
  if (signal.sampleRateHz !== CHROMIUM_RATE_HZ) throw new RangeError(`Chromium is given speech at 48000 Hz, not ${signal.sampleRateHz}`);
  const bytes = Buffer.alloc(signal.samples.length * BYTES_A_SAMPLE);
  signal.samples.forEach((sample, n) => {
    bytes.writeInt16LE(Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, Math.round(sample * FULL_SCALE))), n * BYTES_A_SAMPLE);
  });
  return bytes;
}

/** The sound of 16-bit samples, little-endian. */
export function fromPcm(bytes: Uint8Array): Signal {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = Float32Array.from(
    { length: bytes.byteLength / BYTES_A_SAMPLE },
    (_, n) => view.getInt16(n * BYTES_A_SAMPLE, true) / FULL_SCALE,
  );
  return { samples, sampleRateHz: CHROMIUM_RATE_HZ };
}
