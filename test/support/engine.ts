import type { EngineOptions, EnginePeer } from '../../src/call/engines/engine-peer.ts';
import { prepareEngine, type StartedEngine } from '../../src/call/engines/start-engine.ts';
import { createPeer, type IncomingRtp } from '../../src/call/peer.ts';
import { type Sender, startSender } from '../../src/call/sender.ts';
import { DEFAULT_CODEC } from '../../src/config/defaults.ts';
import { createRng } from '../../src/core/rng.ts';
import { machineClock } from '../../src/path/relay-clock.ts';
import { dummySpeech } from './call.ts';

const PACKET_TIME_MS = 20;

export interface TestEngine extends StartedEngine {
  /** Every packet it decrypted. */
  readonly heard: readonly IncomingRtp[];
}

/** An engine that is our own peer in disguise: everything a real one is asked for, without another process. It says `seconds` of dummy speech. */
export async function openTestEngine(seconds: number, changes: Partial<EnginePeer> = {}): Promise<TestEngine> {
  const heard: IncomingRtp[] = [];
  const start = (options: EngineOptions): Promise<EnginePeer> => Promise.resolve({ ...disguise(options, seconds, heard), ...changes });
  return { ...(await prepareEngine(start, { samples: new Float32Array(0), sampleRateHz: 48_000 }, machineClock)), heard };
}

function disguise({ address, onCandidate }: EngineOptions, seconds: number, heard: IncomingRtp[]): EnginePeer {
  const clock = machineClock;
  const peer = createPeer(address, DEFAULT_CODEC, { onCandidate, onRtp: (packet) => heard.push(packet) });
  let sender: Sender | null = null;
  // Like a real engine, it has candidates on other addresses of the machine, which nobody may be told.
  const elsewhere = 'a=candidate:9 1 udp 9 192.0.2.9 5000 typ host\r\na=end-of-candidates';
  const multiHomed = (sdp: string): string => sdp.replace('a=end-of-candidates', elsewhere);
  return {
    name: 'test engine 1',
    ice: peer.ice,
    dtls: peer.dtls,
    openTextChannel: peer.openTextChannel,
    echoTexts: peer.echoTexts,
    roundTripSeconds: peer.roundTripSeconds,
    createOffer: async () => multiHomed(await peer.createOffer()),
    acceptOffer: async (offer) => multiHomed(await peer.acceptOffer(offer)),
    acceptAnswer: peer.acceptAnswer,
    async speak() {
      const startMs = clock.now();
      sender = startSender({
        clock,
        originMs: 0,
        startMs: startMs + PACKET_TIME_MS,
        packetTimeMs: PACKET_TIME_MS,
        clockRateHz: 48_000,
        packets: dummySpeech(seconds, 'down').packets,
        rng: createRng(9),
        send: peer.sendRtp,
      });
      return startMs;
    },
    async hearing() {
      if (heard.length === 0) return null;
      const recording = { samples: new Float32Array(480).fill(0.1), sampleRateHz: 48_000 };
      return { recording, startedAtMs: clock.now(), inbound: { packetsReceived: heard.length } };
    },
    async close() {
      sender?.stop();
      await peer.close();
    },
  };
}
