import type * as Werift from 'werift';
import { clockRateHz, payloadTypesOf } from '../audio/rtp-format.ts';
import type { CodecSettings } from '../core/call-plan.ts';
import type { LoopbackEndpoint } from '../path/relay-address.ts';
import { guardHandshake } from './handshake-guard.ts';
import { keepChecking } from './ice-persistence.ts';
import { loadWerift } from './werift.ts';

/** As the formats are registered (RFC 7587 section 6.1, RFC 4856). */
const FORMAT_NAMES: Readonly<Record<CodecSettings['name'], string>> = { opus: 'opus', pcmu: 'PCMU', pcma: 'PCMA' };
const OPUS_FORMAT_PARAMETERS = 'minptime=10;useinbandfec=1';
const TEXT_CHANNEL_LABEL = 'text';

/** An RTP packet to send; the SSRC and payload type are the peer's own. */
export interface OutgoingRtp {
  /** 0–65535. */
  readonly sequenceNumber: number;
  /** 0–2^32-1, in units of the codec's RTP clock. */
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: Uint8Array;
}

/** An RTP packet as it came in, decrypted. The payload is a copy. */
export interface IncomingRtp extends OutgoingRtp {
  readonly ssrc: number;
  readonly payloadType: number;
}

export interface PeerEvents {
  /** Where the peer itself listens, before it sends its first packet. */
  onCandidate(endpoint: LoopbackEndpoint): void;
  onRtp(packet: IncomingRtp): void;
}

/** How the transport of a peer has ended up: `failed` is the peer's own judgement, which it may never make. */
export type TransportOutcome = 'connected' | 'failed';

/** A short-text channel inside the call, ordered and reliable. */
export interface TextChannel {
  /** False when the channel is not open; nothing is sent then. */
  send(text: Uint8Array): boolean;
  onText(listener: (text: Uint8Array) => void): void;
}

/** One end of a WebRTC call: an audio line both ways and a text channel, on one loopback socket. */
export interface Peer {
  /** Gathers candidates and returns the offer with them in it. */
  createOffer(): Promise<string>;
  /** Takes an offer, gathers candidates and returns the answer; begins to connect at once. */
  acceptOffer(offer: string): Promise<string>;
  /** Takes the answer and begins to connect. */
  acceptAnswer(answer: string): Promise<void>;
  readonly ice: Promise<TransportOutcome>;
  readonly dtls: Promise<TransportOutcome>;
  /** Where the selected pair sends; null before ICE is done. */
  remotePort(): number | null;
  /** False once the peer may no longer send: closed, or the other side's consent (RFC 7675) has run out. */
  maySend(): boolean;
  /** The source (RFC 3550 section 5.1) of all that the peer sends. */
  readonly ssrc: number;
  /** Sends now. False, and nothing sent, when the peer may not. */
  sendRtp(packet: OutgoingRtp): boolean;
  /** The text channel of the side that offers. Call before {@link createOffer}. */
  openTextChannel(): TextChannel;
  /** The other side: sends every text straight back. */
  echoTexts(): void;
  /** Round trip in seconds from RTCP receiver reports, smoothed as RFC 6298 does; null when no report has told. */
  roundTripSeconds(): Promise<number | null>;
  /** Frees the socket and every timer. May hang: bound it. */
  close(): Promise<void>;
}

/**
 * Makes a peer that listens on `address` alone, gathers one host candidate there, and asks no STUN server.
 * @param address a loopback address, `127.0.0.1`
 * @param codec the one codec it offers and accepts; with redundancy, that too, and all it sends is of that payload type
 */
export function createPeer(address: string, codec: CodecSettings, events: PeerEvents): Peer {
  const { MediaStreamTrack, RTCPeerConnection, RtpHeader, RtpPacket } = loadWerift();
  const { payloadType, redundancyPayloadType = payloadType } = payloadTypesOf(codec);
  const connection = new RTCPeerConnection({
    codecs: {
      audio: offeredFormats(codec),
      video: [],
    },
    bundlePolicy: 'max-bundle',
    iceServers: [],
    // werift's way to say "this address and no other": no interface is searched, the one address is added, and the socket is bound to it.
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: [address],
    iceInterfaceAddresses: { udp4: address },
  });
  const track = new MediaStreamTrack({ kind: 'audio' });
  const sender = connection.addTransceiver(track, { direction: 'sendrecv' }).sender;
  const dtls = onlyTransport(connection);
  const ice = dtls.iceTransport;

  keepFromPacking(sender);
  keepFromStunServer(ice);
  keepChecking(ice);
  guardHandshake(dtls);
  ice.onIceCandidate.subscribe((candidate) => {
    if (candidate !== undefined) events.onCandidate({ address: candidate.ip, port: candidate.port });
  });
  dtls.onRtp.subscribe(({ header, payload }) => {
    const { sequenceNumber, timestamp, marker, payloadType, ssrc } = header;
    events.onRtp({ sequenceNumber, timestamp, marker, payloadType, ssrc, payload: Uint8Array.from(payload) });
  });

  const describe = (): string => {
    if (onlyTransport(connection) !== dtls) throw new Error('the peer has changed its transport');
    return connection.localDescription?.sdp ?? '';
  };
  let underWay: Promise<string> = Promise.resolve('');
  const describing = (describeNow: () => Promise<string>): Promise<string> => {
    underWay = describeNow();
    return underWay;
  };
  const maySend = (): boolean => dtls.state === 'connected' && ice.state !== 'failed' && ice.state !== 'closed';

  return {
    createOffer: () =>
      describing(async () => {
        await connection.setLocalDescription(await connection.createOffer());
        return describe();
      }),
    acceptOffer: (offer) =>
      describing(async () => {
        await connection.setRemoteDescription({ type: 'offer', sdp: offer });
        await connection.setLocalDescription(await connection.createAnswer());
        return describe();
      }),
    acceptAnswer: (answer) => connection.setRemoteDescription({ type: 'answer', sdp: answer }),
    // `completed` is no outcome here: werift passes through it when gathering ends, before any check.
    ice: outcomeOf(ice.onStateChange),
    dtls: outcomeOf(dtls.onStateChange),
    remotePort: () => ice.connection.nominated?.remoteAddr[1] ?? null,
    maySend,
    ssrc: sender.ssrc,
    sendRtp({ sequenceNumber, timestamp, marker, payload }) {
      if (!maySend()) return false;
      const header = new RtpHeader({ sequenceNumber, timestamp, marker, payloadType: redundancyPayloadType, payloadOffset: 12 });
      track.writeRtp(new RtpPacket(header, Buffer.from(payload)));
      return true;
    },
    openTextChannel: () => asTextChannel(connection.createDataChannel(TEXT_CHANNEL_LABEL)),
    echoTexts() {
      connection.onDataChannel.subscribe((channel) => {
        const text = asTextChannel(channel);
        text.onText((bytes) => text.send(bytes));
      });
    },
    async roundTripSeconds() {
      const stats = await sender.getStats();
      for (const entry of stats.values()) {
        if (entry.type === 'remote-inbound-rtp') return (entry as { roundTripTime?: number }).roundTripTime ?? null;
      }
      return null;
    },
    async close() {
      // A socket that is being bound while werift closes would be left open.
      await underWay.catch(() => undefined);
      await connection.close();
    },
  };
}

/** What the peer offers, first what it sends: werift puts the payload type of the first format on every packet. */
function offeredFormats(codec: CodecSettings): Werift.RTCRtpCodecParameters[] {
  const { RTCRtpCodecParameters } = loadWerift();
  const { payloadType, redundancyPayloadType } = payloadTypesOf(codec);
  // Opus is always said to have two channels (RFC 7587 section 7).
  const common = { clockRate: clockRateHz(codec), channels: codec.name === 'opus' ? 2 : 1 };
  const parameters = codec.name === 'opus' ? { parameters: OPUS_FORMAT_PARAMETERS } : {};
  const speech = new RTCRtpCodecParameters({ ...common, ...parameters, mimeType: `audio/${FORMAT_NAMES[codec.name]}`, payloadType });
  if (redundancyPayloadType === undefined) return [speech];
  const redundant = { payloadType: redundancyPayloadType, parameters: `${payloadType}/${payloadType}` };
  return [new RTCRtpCodecParameters({ ...common, ...redundant, mimeType: 'audio/red' }), speech];
}

/** What is sent has its redundancy in it already. Where werift finds the format in the offer it would pack every payload again by itself. */
function keepFromPacking(sender: Werift.RTCRtpSender): void {
  const property = 'redRedundantPayloadType';
  if (!(property in sender)) throw new Error('this werift packs redundancy elsewhere: it might do so twice');
  Object.defineProperty(sender, property, { get: () => undefined, set: () => undefined });
}

/**
 * werift asks stun.l.google.com for its public address even when told of no ICE server (its `Connection` puts that name in when none is given).
 * Gathering reads this one property, so it has to be empty before a local description is set.
 */
function keepFromStunServer(ice: Werift.RTCIceTransport): void {
  if (!('stunServer' in ice.connection)) throw new Error('this werift keeps its STUN server elsewhere: it might ask a public one');
  (ice.connection as { stunServer: Werift.Address | undefined }).stunServer = undefined;
}

function onlyTransport(connection: Werift.RTCPeerConnection): Werift.RTCDtlsTransport {
  const [transport, ...others] = connection.dtlsTransports;
  if (transport === undefined || others.length > 0)
    throw new Error(`a peer must have one transport, not ${connection.dtlsTransports.length}`);
  return transport;
}

function outcomeOf(states: { subscribe(listener: (state: string) => void): unknown }): Promise<TransportOutcome> {
  return new Promise((resolve) => {
    states.subscribe((state) => {
      if (state === 'connected') resolve('connected');
      if (state === 'failed' || state === 'closed') resolve('failed');
    });
  });
}

function asTextChannel(channel: Werift.RTCDataChannel): TextChannel {
  return {
    send(text) {
      if (channel.readyState !== 'open') return false;
      channel.send(Buffer.from(text));
      return true;
    },
    onText(listener) {
      channel.onMessage.subscribe((message) => listener(typeof message === 'string' ? Buffer.from(message) : Uint8Array.from(message)));
    },
  };
}
