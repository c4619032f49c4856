import type { TransportOutcome } from '../peer.ts';
import type { IceCandidateLine } from './split-candidates.ts';

/** Where the page seems to come from. The name exists nowhere (RFC 6761 section 6.4); the driver itself answers for it. HTTPS makes it a secure context. */
export const PAGE_ORIGIN = 'https://callprobe.invalid';
export const SPEECH_URL: string = `${PAGE_ORIGIN}/speech`;

/** What the page reports by itself. */
export type PageEvent =
  | { readonly kind: 'ice' | 'dtls'; readonly outcome: TransportOutcome }
  | { readonly kind: 'text-channel'; readonly open: boolean }
  | { readonly kind: 'text'; readonly bytes: readonly number[] };

/** What the page has recorded; the samples are fetched in parts. */
export interface PageRecording {
  readonly samples: number;
  /** When the first of them was played, ms of the page's `performance.now()`. */
  readonly startedAtMs: number;
  /** For how long, in all, nothing was played although time went by: the machine was too busy to play. Milliseconds. */
  readonly skippedMs: number;
  /** The statistics of what came in: at the end, and when the page's own speech was over; null when it was not. */
  readonly inbound: PageStatistics;
  readonly inboundWhenSpoken: PageStatistics | null;
}

/** An entry of the browser's statistics (W3C webrtc-stats), as it gave it. */
export type PageStatistics = Readonly<Record<string, unknown>>;

/** What the page can be asked. Everything is plain data, because it crosses from one process to another. */
export interface CallPage {
  /** A description that shows which addresses the browser gathers; it belongs to no call. */
  probeAddresses(): Promise<string>;
  /** Fetches the speech and makes the connection, its microphone silent. */
  prepare(): Promise<void>;
  openTextChannel(): Promise<void>;
  echoTexts(): Promise<void>;
  createOffer(): Promise<string>;
  /** Takes an offer without candidates, and gathers. */
  createAnswer(offer: string): Promise<string>;
  addCandidates(candidates: readonly IceCandidateLine[]): Promise<void>;
  acceptAnswer(answer: string): Promise<void>;
  sendText(bytes: readonly number[]): Promise<void>;
  /** Begins to speak; when the first sample went to the microphone, ms of the page's `performance.now()`. */
  speak(): Promise<number>;
  /** Null when no packet was heard. */
  stopRecording(): Promise<PageRecording | null>;
  /** So many samples of the recording from one on, 16 bit little-endian, in base64. */
  recordingPart(from: number, count: number): Promise<string>;
  roundTripSeconds(): Promise<number | null>;
}

/** What the page's code finds in the browser, as far as it uses it. Node's types know none of it, and should not: it exists in the page alone. */
export interface BrowserGlobals {
  readonly callPage: CallPage;
  readonly tellCallprobe: (event: PageEvent) => Promise<void>;
  readonly location: { readonly href: string };
  readonly btoa: (binary: string) => string;
  readonly Audio: new () => { muted: boolean; srcObject: unknown; play(): Promise<void> };
  readonly MediaStream: new (tracks: readonly PageTrack[]) => object;
  readonly MediaStreamTrackProcessor: (new (init: { track: PageTrack; maxBufferSize: number }) => PageProcessor) | undefined;
  readonly AudioContext: new (options: object) => PageAudioContext;
  readonly AudioBuffer: new (options: object) => { copyToChannel(samples: Float32Array, channel: number): void };
  readonly AudioBufferSourceNode: new (context: PageAudioContext, options: object) => PageSource;
  readonly MediaStreamAudioDestinationNode: new (context: PageAudioContext, options: object) => { readonly stream: PageStream };
  readonly RTCPeerConnection: new (configuration: object) => PageConnection;
  readonly RTCRtpReceiver: { getCapabilities(kind: string): { readonly codecs: readonly { readonly mimeType: string }[] } | null };
}

export interface PageTrack {
  onunmute: (() => void) | null;
}

interface PageStream {
  getAudioTracks(): readonly [PageTrack];
}

/** A piece of sound as the browser played it. */
export interface PageAudioData {
  /** Microseconds, from an origin that the browser does not promise. */
  readonly timestamp: number;
  readonly numberOfFrames: number;
  readonly sampleRate: number;
  copyTo(samples: Float32Array, options: object): void;
  close(): void;
}

interface PageProcessor {
  readonly readable: { getReader(): { read(): Promise<{ readonly value?: PageAudioData; readonly done: boolean }> } };
}

interface PageSource {
  onended: (() => void) | null;
  connect(node: object): void;
  start(seconds: number): void;
}

interface PageAudioContext {
  /** Up to where the graph has been computed, seconds. */
  readonly currentTime: number;
  resume(): Promise<void>;
}

interface PageChannel {
  binaryType: string;
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onmessage: ((event: { readonly data: ArrayBuffer | string }) => void) | null;
  send(data: ArrayBuffer | Uint8Array | string): void;
}

interface PageConnection {
  readonly iceConnectionState: string;
  readonly iceGatheringState: string;
  readonly connectionState: string;
  readonly localDescription: { readonly sdp: string } | null;
  oniceconnectionstatechange: (() => void) | null;
  onicegatheringstatechange: (() => void) | null;
  onconnectionstatechange: (() => void) | null;
  ondatachannel: ((event: { readonly channel: PageChannel }) => void) | null;
  ontrack: ((event: { readonly track: PageTrack }) => void) | null;
  addTrack(track: PageTrack, stream: object): void;
  getTransceivers(): readonly { setCodecPreferences(codecs: readonly object[]): void }[];
  createDataChannel(label: string): PageChannel;
  setLocalDescription(): Promise<void>;
  setRemoteDescription(description: { type: string; sdp: string }): Promise<void>;
  addIceCandidate(candidate: IceCandidateLine): Promise<void>;
  getStats(): Promise<ReadonlyMap<string, PageStatistics>>;
  close(): void;
}
