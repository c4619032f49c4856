import { COUNTED_WHILE_PLAYING } from './counted-while-playing.ts';
import type { WrtcConnection } from './libwebrtc-api.ts';

type Plain = Readonly<Record<string, number | string | boolean>>;

/** What the engine counts of the voice it gets; null before it has got any. */
export async function inboundVoice(connection: WrtcConnection): Promise<{ readonly members: Plain; readonly inSamples: Plain } | null> {
  const entry = await find(connection, (stats) => stats['type'] === 'inbound-rtp' && stats['kind'] === 'audio');
  const received = entry?.['packetsReceived'];
  if (entry === null || typeof received !== 'number' || received === 0) return null;
  const members = Object.entries(entry).filter(([, value]) => isPlain(value)) as [string, number | string | boolean][];
  return {
    members: Object.fromEntries(members),
    inSamples: Object.fromEntries(members.filter(([name]) => COUNTED_WHILE_PLAYING.includes(name))),
  };
}

/** The round trip that the other side's last report told; null before the first. */
export async function roundTripSeconds(connection: WrtcConnection): Promise<number | null> {
  const entry = await find(connection, (stats) => stats['type'] === 'remote-inbound-rtp' && stats['kind'] === 'audio');
  const seconds = entry?.['roundTripTime'];
  return typeof seconds === 'number' ? seconds : null;
}

async function find(
  connection: WrtcConnection,
  isIt: (stats: Readonly<Record<string, unknown>>) => boolean,
): Promise<Readonly<Record<string, unknown>> | null> {
  for (const stats of (await connection.getStats()).values()) if (isIt(stats)) return stats;
  return null;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
