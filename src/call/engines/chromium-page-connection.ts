import type { BrowserGlobals, CallPage, PageRecording, PageStatistics } from './chromium-page-api.ts';
import type { PageSound } from './chromium-page-sound.ts';

/** What the connection is told by whoever installs it. */
export interface ConnectionSettings {
  readonly speechUrl: string;
  readonly textLabel: string;
  /** How long gathering addresses may take, ms; what was found until then counts. */
  readonly gatheringMs: number;
}

/** Runs in the page, after {@link import('./chromium-page-sound.ts').installSound}: the call itself. Nothing of this module is at hand there but the function. */
export function installConnection({ speechUrl, textLabel, gatheringMs }: ConnectionSettings): void {
  const browser = globalThis as unknown as BrowserGlobals & { readonly pageSound: PageSound };
  type Connection = InstanceType<BrowserGlobals['RTCPeerConnection']>;
  type Channel = ReturnType<Connection['createDataChannel']>;
  type Recorded = Omit<PageRecording, 'inbound' | 'inboundWhenSpoken'>;
  const { pageSound, tellCallprobe } = browser;
  const sound = browser.callPage as unknown as Pick<CallPage, 'speak' | 'recordingPart'> & { endRecording(): Recorded | null };

  const newConnection = (): Connection => new browser.RTCPeerConnection({ iceServers: [], bundlePolicy: 'max-bundle' });
  let current: Connection | null = null;
  let text: Channel | null = null;
  const connection = (): Connection => {
    if (current === null) throw new Error('there is no connection yet');
    return current;
  };

  /** Sets the description that comes next, and waits for its candidates. */
  const describe = async (of: Connection): Promise<string> => {
    await of.setLocalDescription();
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (of.iceGatheringState === 'complete') resolve();
      };
      of.onicegatheringstatechange = look;
      look();
      setTimeout(resolve, gatheringMs);
    });
    return of.localDescription?.sdp ?? '';
  };

  const statsOf = async (type: string): Promise<PageStatistics | null> => {
    for (const entry of (await connection().getStats()).values()) {
      if (entry['type'] === type && entry['kind'] === 'audio') return entry;
    }
    return null;
  };

  let inboundWhenSpoken: PageStatistics | null = null;
  pageSound.onSpoken = () => {
    void statsOf('inbound-rtp').then((inbound) => {
      inboundWhenSpoken = inbound;
    });
  };

  const watch = (of: Connection): void => {
    of.oniceconnectionstatechange = () => {
      const state = of.iceConnectionState;
      if (state === 'connected' || state === 'completed') void tellCallprobe({ kind: 'ice', outcome: 'connected' });
      if (state === 'failed' || state === 'closed') void tellCallprobe({ kind: 'ice', outcome: 'failed' });
    };
    of.onconnectionstatechange = () => {
      const state = of.connectionState;
      if (state === 'connected') void tellCallprobe({ kind: 'dtls', outcome: 'connected' });
      if (state === 'failed' || state === 'closed') void tellCallprobe({ kind: 'dtls', outcome: 'failed' });
    };
    of.ontrack = ({ track }) => pageSound.listen(track);
  };

  const page: CallPage = {
    async probeAddresses() {
      const probe = newConnection();
      probe.createDataChannel('probe');
      const sdp = await describe(probe);
      probe.close();
      return sdp;
    },
    async prepare() {
      await pageSound.fetchSpeech(speechUrl);
      current = newConnection();
      watch(current);
      current.addTrack(pageSound.microphone.track, pageSound.microphone.stream);
    },
    async openTextChannel() {
      text = connection().createDataChannel(textLabel);
      text.binaryType = 'arraybuffer';
      text.onopen = () => void tellCallprobe({ kind: 'text-channel', open: true });
      text.onclose = () => void tellCallprobe({ kind: 'text-channel', open: false });
      text.onmessage = ({ data }) => {
        const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : new Uint8Array(data);
        void tellCallprobe({ kind: 'text', bytes: [...bytes] });
      };
    },
    async echoTexts() {
      connection().ondatachannel = ({ channel }) => {
        channel.binaryType = 'arraybuffer';
        channel.onmessage = ({ data }) => channel.send(data);
      };
    },
    async createOffer() {
      // Opus and nothing beside it: left to itself the browser also offers RED, which sends every packet twice.
      const opus = (browser.RTCRtpReceiver.getCapabilities('audio')?.codecs ?? []).filter(
        ({ mimeType }) => mimeType.toLowerCase() === 'audio/opus',
      );
      for (const transceiver of connection().getTransceivers()) transceiver.setCodecPreferences(opus);
      return describe(connection());
    },
    async createAnswer(offer) {
      await connection().setRemoteDescription({ type: 'offer', sdp: offer });
      return describe(connection());
    },
    async addCandidates(candidates) {
      for (const candidate of candidates) await connection().addIceCandidate(candidate);
    },
    acceptAnswer: (answer) => connection().setRemoteDescription({ type: 'answer', sdp: answer }),
    sendText: async (bytes) => text?.send(Uint8Array.from(bytes)),
    speak: sound.speak,
    async stopRecording() {
      const inbound = await statsOf('inbound-rtp');
      const recorded = sound.endRecording();
      return inbound === null || recorded === null ? null : { ...recorded, inbound, inboundWhenSpoken };
    },
    recordingPart: sound.recordingPart,
    async roundTripSeconds() {
      const roundTrip = (await statsOf('remote-inbound-rtp'))?.['roundTripTime'];
      return typeof roundTrip === 'number' ? roundTrip : null;
    },
  };
  Object.assign(globalThis, { callPage: page });
}
