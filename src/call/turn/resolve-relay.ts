import { spawn } from 'node:child_process';
import { isIP } from 'node:net';
import { RelayFailure } from './relay-failure.ts';

/** Addresses of a relay that are tried; a name may have more. */
const MAX_ADDRESSES = 4;

/**
 * The lookup, in a process of its own: the system's resolver cannot be called off, and would hold this process until it has given up by itself, which
 * takes it half a minute where no name server answers.
 */
const LOOKUP = `require('node:dns').lookup(process.argv[1], { all: true }, (error, found) =>
  process.send(error ? { code: String(error.code) } : { found }))`;

interface LookedUp {
  readonly code?: string;
  readonly found?: readonly { readonly address: string; readonly family: number }[];
}

/**
 * Looks a relay's name up once, as any program of this machine would.
 * @param families only addresses of these IP versions
 * @param giveUp ends the lookup
 * @returns at least one address, in the resolver's order
 * @throws RelayFailure `turn-resolve-failed`
 */
export async function resolveRelay(host: string, families: readonly (4 | 6)[], giveUp: AbortSignal): Promise<readonly string[]> {
  const { code, found = [] } = await lookUp(host, giveUp);
  if (code !== undefined) throw new RelayFailure('turn-resolve-failed', `the relay's name was not found (${code})`);
  const usable = found.filter(({ address, family }) => isIP(address) !== 0 && families.some((wanted) => wanted === family));
  if (usable.length === 0) throw new RelayFailure('turn-resolve-failed', `the relay's name has no IPv${families[0] ?? 4} address`);
  return usable.slice(0, MAX_ADDRESSES).map(({ address }) => address);
}

function lookUp(host: string, giveUp: AbortSignal): Promise<LookedUp> {
  // Without the credentials, which may be in this one's environment; Windows finds no name server without its own variable.
  const env = { SystemRoot: process.env['SystemRoot'] };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', LOOKUP, '--', host], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env });
    const end = (): void => {
      giveUp.removeEventListener('abort', stop);
      child.kill('SIGKILL');
    };
    const stop = (): void => {
      end();
      reject(new RelayFailure('turn-resolve-failed', 'no name server answered in time'));
    };
    giveUp.addEventListener('abort', stop, { once: true });
    child.once('message', (message) => {
      end();
      resolve(message as LookedUp);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new RelayFailure('turn-resolve-failed', 'the lookup ended without an answer')));
  });
}
