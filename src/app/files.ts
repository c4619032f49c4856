import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkWavHead, WAV_HEAD_BYTES } from '../audio/wav-header.ts';
import { UserError } from '../core/errors.ts';

/** Where runs go when no folder is named. */
const RUNS_FOLDER = 'callprobe-runs';
/** Runs that start in the same second get a number; more of them than this is a loop gone wild. */
const MAX_SAME_NAME = 100;

/** Whether a path leads to a folder. Throws UserError when it leads nowhere. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The whole of a file of at most `maxBytes`. Throws UserError when it cannot be read or is larger. */
export function readInput(file: string, maxBytes: number): Promise<Uint8Array> {
  return withFile(file, async (handle, size) => {
    if (size > maxBytes) {
      throw new UserError(
        'file-too-large',
        `${file} is larger than ${Math.round(maxBytes / 1024 / 1024)} MiB`,
        'cut it to the part of interest',
      );
    }
    return await readFile(handle);
  });
}

/** The whole of a WAV file; one that is too long or no WAV is refused from its size and its first bytes, before the rest is read. */
export function readWavBytes(file: string, name: string, maxSeconds: number): Promise<Uint8Array> {
  return withFile(file, async (handle, size) => {
    const head = await handle.read(new Uint8Array(WAV_HEAD_BYTES), 0, WAV_HEAD_BYTES, 0);
    checkWavHead(head.buffer.subarray(0, head.bytesRead), size, name, maxSeconds);
    return await readFile(handle);
  });
}

async function withFile<T>(file: string, read: (handle: FileHandle, size: number) => Promise<T>): Promise<T> {
  let handle: FileHandle | null = null;
  try {
    // Not blocking: a named pipe must not be waited for.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await handle.stat();
    if (!stat.isFile()) throw new UserError('not-a-file', `${file} is not a file`, 'give the path of a file');
    return await read(handle, stat.size);
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(file, error);
  } finally {
    await handle?.close();
  }
}

/** What the system said of a file, in the user's words; an error that is not the system's is a bug and goes on as it is. */
export function unreadable(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  if (code === 'ENOENT') return new UserError('file-missing', `there is no file ${file}`, 'check the path');
  return new UserError('file-unreadable', `${file} cannot be read (${code})`, 'check the path and its permissions');
}

/**
 * Makes the folder a run leaves its files in, before anything is measured, so that an unwritable place is known at once.
 * @param directory as named by the user: must be new or empty; null makes `callprobe-runs/<UTC>-<network>`
 */
export async function createRunFolder(directory: string | null, startedAt: string, network: string | undefined): Promise<string> {
  if (directory !== null) {
    await useNamedFolder(directory);
    return directory;
  }
  const stamp = startedAt.replace(/\.\d+Z$/, 'Z').replaceAll(':', '');
  const name = network === undefined ? stamp : `${stamp}-${network.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_')}`;
  await mkdir(RUNS_FOLDER, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw unwritable(RUNS_FOLDER, error);
  });
  for (let number = 1; number <= MAX_SAME_NAME; number++) {
    const folder = join(RUNS_FOLDER, number === 1 ? name : `${name}-${number}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(folder, error as NodeJS.ErrnoException);
    }
  }
  throw new UserError('folder-in-use', `${RUNS_FOLDER} holds ${MAX_SAME_NAME} runs of this second`, 'name a folder with -o');
}

/** Takes away a run's folder in which nothing lies; another one stays. */
export async function removeRunFolder(directory: string): Promise<void> {
  await rmdir(directory).catch(() => undefined);
}

/** A folder the user named must be new or empty, so that nothing of theirs is overwritten and no two runs mix, and take a file. */
async function useNamedFolder(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    if ((await readdir(directory)).length > 0) {
      throw new UserError('folder-in-use', `the folder ${directory} is not empty`, 'name a new folder with -o, or none');
    }
    const probe = join(directory, '.callprobe-probe');
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw error instanceof UserError ? error : unwritable(directory, error as NodeJS.ErrnoException);
  }
}

function unwritable(folder: string, error: NodeJS.ErrnoException): UserError {
  return new UserError(
    'folder-unwritable',
    `the folder ${folder} cannot be used (${error.code ?? error.message})`,
    'name a writable folder with -o',
  );
}

/** Writes a file whole or not at all: under another name first, then renamed. Throws UserError when the disk does not take it. */
export async function writeOutput(folder: string, name: string, bytes: Uint8Array | string): Promise<void> {
  const target = join(folder, name);
  const temporary = join(folder, `.${basename(name)}.${process.pid}.part`);
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, target);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(
      'file-unwritable',
      `${target} cannot be written (${code ?? message})`,
      'check that the disk has room and the folder is writable',
    );
  }
}
