import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createRng } from '../src/core/rng.ts';
import { createEmulator } from '../src/path/emulator.ts';
import { createFateLog } from '../src/path/fate-log.ts';
import { openRelay, type Relay } from '../src/path/relay.ts';
import { machineClock } from '../src/path/relay-clock.ts';

const RATES_PER_SECOND: readonly number[] = [50, 1000, 5000];
const SECONDS = 6;
const PAYLOAD_BYTES = 90;
const FLOOD_PACKETS = 60_000;
/** Flood packets under way at once, so that the kernel's buffers and not the relay are never the limit. */
const FLOOD_WINDOW = 64;

interface Line {
  readonly relay: Relay;
  readonly caller: Socket;
  readonly callee: Socket;
  close(): Promise<void>;
}

/** A relay between two sockets of this process, over a path with delay and jitter, or without rules. */
async function openLine(harmed: boolean): Promise<Line> {
  const provenance = {};
  const rules = [
    { match: 'any', direction: 'both', action: { kind: 'delay', delayMs: 40 }, provenance },
    { match: 'any', direction: 'both', action: { kind: 'jitter', distribution: 'uniform', jitterMs: 10, reorder: true }, provenance },
  ] as const;
  const nowMs = machineClock.now();
  const emulator = createEmulator(harmed ? rules : [], createRng(1), nowMs);
  const relay = await openRelay({ emulator, log: createFateLog(nowMs), clock: machineClock });
  const [caller, callee] = [createSocket('udp4'), createSocket('udp4')];
  for (const [side, socket] of [
    ['caller', caller],
    ['callee', callee],
  ] as const) {
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    relay.setPeer(side, { address: '127.0.0.1', port: socket.address().port });
  }
  return {
    relay,
    caller,
    callee,
    async close() {
      await relay.close();
      caller.close();
      callee.close();
    },
  };
}

const rtp = (sequenceNumber: number): Uint8Array =>
  Uint8Array.from({ length: PAYLOAD_BYTES }, (_, i) => [0x80, 111, (sequenceNumber >> 8) & 0xff, sequenceNumber & 0xff][i] ?? 0);

/** Sends at a steady rate, corrected for the timer's own drift, and waits for the last packet to be through. */
async function sendSteadily({ relay, caller }: Line, packetsPerSecond: number): Promise<void> {
  const startMs = machineClock.now();
  const total = packetsPerSecond * SECONDS;
  let sent = 0;
  await new Promise<void>((resolve) => {
    const tick = (): void => {
      for (; sent < total && startMs + (sent * 1000) / packetsPerSecond <= machineClock.now(); sent++) {
        caller.send(rtp(sent), relay.callerPort, '127.0.0.1');
      }
      if (sent < total) machineClock.schedule(startMs + (sent * 1000) / packetsPerSecond, tick);
      else machineClock.schedule(machineClock.now() + 200, resolve);
    };
    tick();
  });
}

/** Sends as fast as the relay carries; returns packets per second. */
async function flood({ relay, caller, callee }: Line): Promise<number> {
  const packet = rtp(0);
  const startMs = machineClock.now();
  let sent = 0;
  let heard = 0;
  await new Promise<void>((resolve) => {
    const fill = (): void => {
      for (; sent < FLOOD_PACKETS && sent - heard < FLOOD_WINDOW; sent++) caller.send(packet, relay.callerPort, '127.0.0.1');
    };
    callee.on('message', () => {
      heard++;
      if (heard === FLOOD_PACKETS) resolve();
      else fill();
    });
    fill();
  });
  return FLOOD_PACKETS / ((machineClock.now() - startMs) / 1000);
}

/** Prints how far from its due time the relay sends each packet (both peers in the same process), and how many packets a second it can carry. */
export async function run(): Promise<void> {
  console.log(`relay, 40 ms delay and 0-20 ms jitter, ${SECONDS} s each: actual minus due time, ms`);
  console.log('packets/s   carried   p1      p50     p99     max     cpu of one core');
  for (const rate of RATES_PER_SECOND) {
    const line = await openLine(true);
    const cpuBefore = process.cpuUsage();
    await sendSteadily(line, rate);
    const { user, system } = process.cpuUsage(cpuBefore);
    const cpuShare = (user + system) / 1e6 / SECONDS;
    const errorsMs = line.relay
      .fates()
      .flatMap(({ sentMs, dueMs }) => (sentMs === null || dueMs === null ? [] : [sentMs - dueMs]))
      .toSorted((a, b) => a - b);
    const at = (share: number): string => (errorsMs[Math.floor(share * (errorsMs.length - 1))] ?? Number.NaN).toFixed(2).padEnd(7);
    const carried = `${errorsMs.length}/${rate * SECONDS}`;
    const columns = [String(rate).padEnd(11), carried.padEnd(9), at(0.01), at(0.5), at(0.99), at(1), `${Math.round(100 * cpuShare)} %`];
    console.log(columns.join(' '));
    await line.close();
  }
  const line = await openLine(false);
  console.log(`without rules, as fast as it goes: ${Math.round(await flood(line))} packets/s`);
  await line.close();
}
