import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { readOgg } from '../audio/ogg.ts';
import type { OpusFile } from '../audio/opus-head.ts';
import { opusSource } from '../audio/opus-source.ts';
import { type SoundSource, WAV_SOURCE_HEAD_BYTES, wavSource } from '../audio/sound-source.ts';
import { checkWavHead } from '../audio/wav-header.ts';
import { readWebm } from '../audio/webm.ts';
import { MIN_SCORED_RATE_HZ } from '../config/defaults.ts';
import { UserError } from '../core/errors.ts';
import { unreadable } from './files.ts';

/** Ten minutes of Opus at 256 kbit/s are 18 MiB; beside a video that is passed over, more. */
const MAX_CONTAINER_BYTES: number = 64 * 1024 * 1024;

/** What takes the Opus packets out of a file that begins so; null for one that is no container of them. */
function containerOf(head: Uint8Array): ((bytes: Uint8Array, name: string) => OpusFile) | null {
  const begins = (...magic: readonly number[]): boolean => magic.every((byte, i) => head[i] === byte);
  if (begins(0x4f, 0x67, 0x67, 0x53)) return readOgg;
  return begins(0x1a, 0x45, 0xdf, 0xa3) ? readWebm : null;
}

/**
 * Opens a recording of any length and format that can be read, without reading it: whoever opens it closes it.
 * Throws UserError when it cannot be read, is longer than `maxSeconds`, or of too low a rate to be scored.
 */
export async function openSound(file: string, maxSeconds: number): Promise<SoundSource> {
  const name = basename(file);
  try {
    // Not blocking: a named pipe must not be waited for.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new UserError('not-a-file', `${file} is not a file`, 'give the path of a file');
      const readBytes = async (offset: number, count: number): Promise<Uint8Array> => {
        const bytes = new Uint8Array(Math.max(0, Math.min(count, stat.size - offset)));
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
        return bytes.subarray(0, bytesRead);
      };
      const head = await readBytes(0, WAV_SOURCE_HEAD_BYTES);
      const demux = containerOf(head);
      if (demux !== null) {
        if (stat.size > MAX_CONTAINER_BYTES) {
          const what = `${file} is larger than ${MAX_CONTAINER_BYTES / 2 ** 20} MiB`;
          throw new UserError('file-too-large', what, 'cut out the part to be scored');
        }
        const source = opusSource(demux(await readBytes(0, stat.size), name), name, maxSeconds);
        await handle.close();
        return source;
      }
      checkWavHead(head, stat.size, name, maxSeconds);
      const source = wavSource(head, stat.size, name, maxSeconds, readBytes);
      checkRate(source.sampleRateHz, name);
      return { ...source, close: () => handle.close() };
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(file, error);
  }
}

/** Refuses a WAV that can be read but not scored. */
export function checkRate(sampleRateHz: number, name: string): void {
  if (sampleRateHz >= MIN_SCORED_RATE_HZ) return;
  throw new UserError('low-rate', `${name} has a rate of ${sampleRateHz} Hz`, `record it at ${MIN_SCORED_RATE_HZ} Hz or more`);
}
