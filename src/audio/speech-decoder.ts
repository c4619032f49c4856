/** A decoder of one stream of speech: mono, samples within [-1, 1]. What it returns depends on all it was given before. */
export interface SpeechDecoder {
  /** Of what it returns, and of the codec's RTP clock, Hz. */
  readonly sampleRateHz: number;
  /** The packet's sound; null when it is not a packet of this codec, and then the decoder is as it was. */
  decode(packet: Uint8Array): Float32Array | null;
  /** How much sound a packet holds, samples; null where it is not a packet of this codec. */
  packetSamples(packet: Uint8Array): number | null;
  /** Whether the packet says only that the sender is silent (DTX). */
  isDtx(packet: Uint8Array): boolean;
  /** What the codec itself does about packets that did not come; null where it does nothing. */
  readonly recovery: LossRecovery | null;
  /** Gives the memory back; the decoder cannot be used after. */
  free(): void;
}

/** What a codec does about packets that did not come, and about a sender that says nothing. */
export interface LossRecovery {
  /** Whether the packet carries error correction for the one before it. */
  hasFec(packet: Uint8Array): boolean;
  /**
   * The sound of the `samples` before `next`, from the error correction in it. Where it reaches back less far than asked, the decoder's own
   * concealment comes first; where there is none, it is all concealment. Null when `next` is not a packet of this codec.
   */
  decodeFec(next: Uint8Array, samples: number): Float32Array | null;
  /** The decoder's own guess at `samples` that did not arrive: a multiple of 2.5 ms, at most 120 ms. After a DTX packet, its comfort noise. */
  conceal(samples: number): Float32Array;
}

/** What an encoder made of a signal, one entry a packet time. */
export interface EncodedSpeech {
  /** Null where nothing is sent: discontinuous transmission. */
  readonly packets: readonly (Uint8Array | null)[];
  /** How many of the packets really carry the codec's forward error correction. Asking for it is not enough: libopus decides by bitrate and declared loss. */
  readonly fecPackets: number;
}
