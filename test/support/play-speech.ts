import { createSpeechDecoder } from '../../src/audio/opus.ts';
import type { Arrival } from '../../src/core/packet.ts';
import { type PlayoutInput, type PlayoutResult, playOut } from '../../src/playout/play-out.ts';
import { PAYLOAD_TYPE } from './packets.ts';

type Given = Pick<PlayoutInput, 'endMs' | 'settings'> & Partial<Omit<PlayoutInput, 'decoder' | 'arrivals'>>;

/** What a receiver with a new decoder plays of packets of 20 ms, from 0 ms on. */
export async function playSpeech(arrivals: readonly Arrival[], given: Given): Promise<PlayoutResult> {
  const decoder = await createSpeechDecoder();
  try {
    return playOut({ packetTimeMs: 20, payloadType: PAYLOAD_TYPE, startMs: 0, ...given, arrivals, decoder });
  } finally {
    decoder.free();
  }
}
