import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { EngineMissingError } from './engine-peer.ts';

/** The variable that names a Chromium of one's own choice. */
const CHROMIUM_VARIABLE = 'CALLPROBE_CHROMIUM';
/** Names of the program on PATH, the first found wins: the open browser before the branded one. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;
/** Where the installers of macOS and Windows put it, below the folders that {@link usualPlaces} knows. */
const MACOS_APPS = ['Chromium.app/Contents/MacOS/Chromium', 'Google Chrome.app/Contents/MacOS/Google Chrome'] as const;
const WINDOWS_PROGRAMS = ['Chromium\\Application\\chrome.exe', 'Google\\Chrome\\Application\\chrome.exe'] as const;
const WINDOWS_FOLDERS = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'] as const;

const INSTALL_HINT = `install Chromium (Debian and Ubuntu: apt-get install chromium; macOS: brew install --cask chromium) or name one in ${CHROMIUM_VARIABLE}`;

export interface ChromiumSearch {
  /** A path that was asked for by name: it, or nothing. */
  readonly given?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Whether there is a program at a path. */
  exists(path: string): boolean;
}

/**
 * Finds the Chromium of this machine: the path given, else the one of CALLPROBE_CHROMIUM, else what is on PATH, else the usual places.
 * @throws EngineMissingError when there is none, or none where one was named: another one in its place would be a surprise
 */
export function findChromium({ given, environment, platform, exists }: ChromiumSearch): string {
  const named = given ?? (environment[CHROMIUM_VARIABLE] || undefined);
  if (named !== undefined) {
    if (exists(named)) return named;
    const from = given === undefined ? `${CHROMIUM_VARIABLE} names` : 'was asked for';
    throw new EngineMissingError(`there is no Chromium at ${named}, which ${from}`, INSTALL_HINT);
  }
  const found = [...onPath(environment, platform), ...usualPlaces(environment, platform)].find(exists);
  if (found === undefined) throw new EngineMissingError('there is no Chromium on this machine', INSTALL_HINT);
  return found;
}

function onPath(environment: ChromiumSearch['environment'], platform: NodeJS.Platform): string[] {
  const windows = platform === 'win32';
  const { delimiter, join } = windows ? win32 : posix;
  const folders = (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, windows ? `${name}.exe` : name)));
}

function usualPlaces(environment: ChromiumSearch['environment'], platform: NodeJS.Platform): string[] {
  if (platform === 'darwin') {
    const folders = ['/Applications', ...(environment['HOME'] === undefined ? [] : [posix.join(environment['HOME'], 'Applications')])];
    return MACOS_APPS.flatMap((app) => folders.map((folder) => posix.join(folder, app)));
  }
  if (platform !== 'win32') return [];
  const folders = WINDOWS_FOLDERS.map((name) => environment[name]).filter((folder) => folder !== undefined);
  return WINDOWS_PROGRAMS.flatMap((program) => folders.map((folder) => win32.join(folder, program)));
}

/** Whether a file can be run. On Windows that is told by its name alone, and any file will do. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
