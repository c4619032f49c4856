import type { Warning } from '../core/report.ts';
import { BLOCK_FRAMES, createBlockDecoder, overFullScaleWarning } from './wav.ts';
import { readHeadLayout } from './wav-header.ts';

/** Bytes of a file from an offset on; fewer where it ends. */
export type ReadBytes = (offset: number, count: number) => Promise<Uint8Array>;

/** A sound that is read piece by piece, so that a long one never lies in memory as a whole. */
export interface SoundSource {
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Samples of each channel. */
  readonly frames: number;
  /** Each channel's samples from `first` on, `count` of them, fewer where the sound ends. */
  read(first: number, count: number): Promise<Float32Array[]>;
  /** What was wrong with what has been read so far, and could be mended. */
  warnings(): readonly Warning[];
  close(): Promise<void>;
}

/** How much of a WAV's beginning must hold all that stands before its sound: tags and pictures, bytes. */
export const WAV_SOURCE_HEAD_BYTES: number = 1024 * 1024;

/**
 * A WAV file as a source: the same formats and refusals as `readWav`.
 * @param head its first {@link WAV_SOURCE_HEAD_BYTES} bytes, or all of it
 */
export function wavSource(head: Uint8Array, fileBytes: number, name: string, maxSeconds: number, readBytes: ReadBytes): SoundSource {
  const layout = readHeadLayout(head, fileBytes, name, maxSeconds);
  const { channels, sampleRateHz } = layout.format;
  const frameBytes = channels * layout.sampleBytes;
  const decodeBlock = createBlockDecoder(layout, name);
  let peak = 0;
  return {
    sampleRateHz,
    channels,
    frames: layout.frames,
    async read(first, count) {
      const all = Math.max(0, Math.min(count, layout.frames - first));
      const out = Array.from({ length: channels }, () => new Float32Array(all));
      for (let done = 0; done < all; done += BLOCK_FRAMES) {
        const part = Math.min(BLOCK_FRAMES, all - done);
        const bytes = await readBytes(layout.dataStart + (first + done) * frameBytes, part * frameBytes);
        decodeBlock(bytes, first + done).forEach((samples, channel) => {
          out[channel]?.set(samples.length > part ? samples.subarray(0, part) : samples, done);
        });
      }
      for (const samples of out) for (let i = 0; i < samples.length; i++) peak = Math.max(peak, Math.abs(samples[i] as number));
      return out;
    },
    warnings: () => (peak > 1 ? [...layout.warnings, overFullScaleWarning(name, peak)] : layout.warnings),
    close: () => Promise.resolve(),
  };
}
