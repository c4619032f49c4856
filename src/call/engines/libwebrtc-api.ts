/**
 * What this program uses of `@roamhq/wrtc`, which brings types of its own but is optional: without it the rest must still compile.
 * The names are those of W3C WebRTC, `nonstandard` apart.
 */
export interface Wrtc {
  readonly RTCPeerConnection: new (configuration: { readonly iceServers: readonly never[] }) => WrtcConnection;
  readonly nonstandard: {
    readonly RTCAudioSource: new () => { createTrack(): unknown; onData(sound: WrtcSound): void };
    readonly RTCAudioSink: new (track: unknown) => { ondata: ((sound: WrtcSound) => void) | null; stop(): void };
  };
}

export interface WrtcConnection {
  readonly iceGatheringState: string;
  readonly localDescription: { readonly sdp: string } | null;
  onicegatheringstatechange: (() => void) | null;
  ontrack: ((event: { readonly track: unknown }) => void) | null;
  ondatachannel: ((event: { readonly channel: WrtcChannel }) => void) | null;
  addTrack(track: unknown): unknown;
  getReceivers(): readonly { readonly transport: (WrtcTransport & { readonly iceTransport: WrtcTransport }) | null }[];
  setRemoteDescription(description: { readonly type: 'offer'; readonly sdp: string }): Promise<void>;
  createAnswer(): Promise<{ readonly type: string; readonly sdp: string }>;
  setLocalDescription(description: { readonly type: string; readonly sdp: string }): Promise<void>;
  addIceCandidate(candidate: { readonly candidate: string; readonly sdpMLineIndex: number }): Promise<void>;
  getStats(): Promise<{ values(): Iterable<Readonly<Record<string, unknown>>> }>;
}

export interface WrtcTransport {
  readonly state: string;
  onstatechange: (() => void) | null;
}

export interface WrtcChannel {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  send(data: unknown): void;
}

/** 10 ms of sound. */
export interface WrtcSound {
  /** Channels interleaved. */
  readonly samples: Int16Array;
  readonly sampleRate: number;
  readonly bitsPerSample?: number;
  readonly channelCount?: number;
  readonly numberOfFrames?: number;
}
