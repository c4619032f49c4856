import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { type SoundSource, WAV_SOURCE_HEAD_BYTES, wavSource } from '../audio/sound-source.ts';
import { checkWavHead } from '../audio/wav-header.ts';
import { UserError } from '../core/errors.ts';
import { unreadable } from './files.ts';

/**
 * Opens a recording of any length and format that can be read, without reading it: whoever opens it closes it.
 * Throws UserError when it cannot be read, or is longer than `maxSeconds`.
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
      checkWavHead(head, stat.size, name, maxSeconds);
      const source = wavSource(head, stat.size, name, maxSeconds, readBytes);
      return { ...source, close: () => handle.close() };
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(file, error);
  }
}
