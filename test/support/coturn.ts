import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Debian's coturn package puts it. */
const PROGRAM = '/usr/bin/turnserver';
export const TURN_USER = 'user-of-the-tests';
export const TURN_PASSWORD = 'a-password-of-the-tests';

/** What a test that needs coturn says where it is absent (`apt-get install coturn openssl`). */
export const NO_COTURN = 'needs coturn, which is not installed';
export function hasCoturn(): boolean {
  return existsSync(PROGRAM) && existsSync('/usr/bin/openssl');
}

export interface Coturn {
  readonly address: string;
  readonly port: number;
  readonly tlsPort: number;
  /** The environment of a callprobe that may use it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Stops it where it is: its ports stay open, and nothing answers. */
  freeze(): void;
}

export interface CoturnOptions {
  readonly address?: string;
  /** Runs it in a network namespace of its own. */
  readonly namespace?: string;
  /** Wants no credentials. */
  readonly open?: boolean;
}

/** Starts a relay with one user, for UDP, TCP and TLS (self-signed), and waits until it takes connections. */
export async function startCoturn({ address = '127.0.0.1', namespace, open = false }: CoturnOptions = {}): Promise<Coturn> {
  const folder = mkdtempSync(join(tmpdir(), 'callprobe-coturn-'));
  const [port, tlsPort] = namespace === undefined ? [await freePort(address), await freePort(address)] : [3478, 5349];
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => join(folder, name)) as [string, string];
  const subject = ['-nodes', '-days', '2', '-subj', '/CN=callprobe-test'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', certificate, ...subject], { stdio: 'ignore' });
  const options = [
    // No file of the machine's own configuration, database or log.
    ...['-n', '--log-file=stdout', '--no-cli', `--pidfile=${join(folder, 'pid')}`, `--userdb=${join(folder, 'users')}`],
    ...(open ? ['--no-auth'] : ['--lt-cred-mech', `--user=${TURN_USER}:${TURN_PASSWORD}`]),
    '--realm=callprobe.test',
    ...[`--listening-ip=${address}`, `--relay-ip=${address}`, `--listening-port=${port}`, `--tls-listening-port=${tlsPort}`],
    ...['--allow-loopback-peers', `--cert=${certificate}`, `--pkey=${key}`],
  ];
  const [command, ...args] = [...(namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace]), PROGRAM, ...options] as [
    string,
    ...string[],
  ];
  const child = spawn(command, args, { stdio: 'ignore', cwd: folder });
  const kill = async (): Promise<void> => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilListening(address, port, child);
  } catch (error) {
    await kill();
    throw error;
  }
  const environment = { CALLPROBE_TURN_USER: TURN_USER, CALLPROBE_TURN_PASSWORD: TURN_PASSWORD };
  return { address, port, tlsPort, environment, kill, freeze: () => child.kill('SIGSTOP') };
}

/** The --turn URI of a relay. */
export function turnUri({ address, port, tlsPort }: Coturn, transport: 'udp' | 'tcp' | 'tls'): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return transport === 'tls' ? `turns:${host}:${tlsPort}` : `turn:${host}:${port}?transport=${transport}`;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const START_MS = 10_000;

async function untilListening(address: string, port: number, child: ChildProcess): Promise<void> {
  const untilMs = performance.now() + START_MS;
  while (performance.now() < untilMs && child.exitCode === null) {
    const socket = connect({ host: address, port });
    const open = await new Promise((resolve) => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)));
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`coturn did not start (exit code ${child.exitCode})`);
}

async function freePort(address: string): Promise<number> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}
