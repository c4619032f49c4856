import { DIRECTIONS, type Direction, type PacketClass } from '../../src/core/packet.ts';
import type { PathProfile } from '../../src/core/path-profile.ts';
import { createRng } from '../../src/core/rng.ts';
import { createEmulator } from '../../src/path/emulator.ts';

/** UDP payload of a packet of speech and of silence in calls of the bundled stimuli: Opus at 32 kbit/s is variable. */
const SPEECH_BYTES = 112;
const SILENCE_BYTES = 47;
/** A second of silence, 10.9 s of a stimulus with a pause of 0.3 s in every 2, 0.6 s of silence: 92 bytes on average. */
const LEAD_IN_SECONDS = 1;
const STIMULUS_SECONDS = 10.9;
const TAIL_SECONDS = 0.6;
const PAUSE = { everySeconds: 2, seconds: 0.3 };
const CONNECTED_MS = 500;
const VOICE_START_MS = 600;

export interface SimulatedVoice {
  readonly lossRatio: number;
  /** Median over what arrived; null when nothing did. */
  readonly delayMs: number | null;
}

function voiceBytes(atMs: number): number {
  const seconds = (atMs - VOICE_START_MS) / 1000 - LEAD_IN_SECONDS;
  const isSpeech = seconds >= 0 && seconds < STIMULUS_SECONDS && seconds % PAUSE.everySeconds >= PAUSE.seconds;
  return isSpeech ? SPEECH_BYTES : SILENCE_BYTES;
}

/**
 * What a path does to the voice of a call that has connected, in simulated time: STUN and the handshake in the first half second, then 12.5 s of voice
 * each way with its reports, the data channel's texts and those over TCP beside it.
 */
export function simulateVoice(path: Pick<PathProfile, 'rules'>, seed: number): Readonly<Record<Direction, SimulatedVoice>> {
  const emulator = createEmulator(path.rules, createRng(seed), 0);
  const voice = { up: { sent: 0, delays: [] as number[] }, down: { sent: 0, delays: [] as number[] } };
  type Event = { readonly atMs: number; readonly direction: Direction; readonly packetClass: PacketClass; readonly sizeBytes: number };
  const events: Event[] = [];
  const every = (
    fromMs: number,
    toMs: number,
    stepMs: number,
    packetClass: PacketClass,
    size: number | ((atMs: number) => number),
  ): void => {
    for (const direction of DIRECTIONS) {
      // The peers do not speak in step.
      const offsetMs = direction === 'up' ? 0 : stepMs / 3;
      for (let atMs = fromMs + offsetMs; atMs < toMs; atMs += stepMs) {
        events.push({ atMs, direction, packetClass, sizeBytes: typeof size === 'number' ? size : size(atMs) });
      }
    }
  };
  const endMs = VOICE_START_MS + 1000 * (LEAD_IN_SECONDS + STIMULUS_SECONDS + TAIL_SECONDS);
  every(0, 200, 50, 'stun', 100);
  every(2500, endMs, 2500, 'stun', 100);
  every(200, 450, 40, 'dtls-handshake', 300);
  every(CONNECTED_MS, endMs, 500, 'dtls-data', 200);
  every(0, endMs, 500, 'text', 120);
  every(VOICE_START_MS, endMs, 1000, 'rtcp', 80);
  every(VOICE_START_MS, endMs, 20, 'rtp', voiceBytes);
  let connected = false;
  let speaking = false;
  for (const { atMs, ...packet } of events.sort((a, b) => a.atMs - b.atMs)) {
    if (!connected && atMs >= CONNECTED_MS) {
      emulator.notice('connected', CONNECTED_MS);
      connected = true;
    }
    if (!speaking && packet.packetClass === 'rtp') {
      emulator.notice('first-media', atMs);
      speaking = true;
    }
    const { deliveries } = emulator.offer({ ...packet, flow: packet.packetClass === 'text' ? 'tcp' : 'udp' }, atMs);
    if (packet.packetClass !== 'rtp') continue;
    const heard = voice[packet.direction];
    heard.sent++;
    const first = deliveries[0];
    if (first !== undefined) heard.delays.push(first.dueMs - atMs);
  }
  const summary = ({ sent, delays }: { sent: number; delays: number[] }): SimulatedVoice => ({
    lossRatio: 1 - delays.length / sent,
    delayMs: delays.length === 0 ? null : (delays.sort((a, b) => a - b)[delays.length >> 1] as number),
  });
  return { up: summary(voice.up), down: summary(voice.down) };
}
