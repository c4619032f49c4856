import { createRequire } from 'node:module';
import type { Wrtc, WrtcConnection, WrtcTransport } from './libwebrtc-api.ts';
import { createEar } from './libwebrtc-ear.ts';
import type { Answer, Order } from './libwebrtc-messages.ts';
import { createMouth } from './libwebrtc-mouth.ts';
import { inboundVoice, roundTripSeconds } from './libwebrtc-statistics.ts';

/**
 * The program of the process that holds libwebrtc: one peer that answers, speaks what it is given, keeps what it plays, and sends texts back. Started
 * with the path of `@roamhq/wrtc` as its argument, ruled by messages, and gone with its parent. It never ends by itself: libwebrtc crashes the process
 * unless it is left at once.
 */

// Whoever ends the whole of a service signals every process of it; the parent decides what becomes of this one.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('uncaughtException', (error) => fail(error.message));

const tell = (answer: Answer): void => {
  process.send?.(answer);
};

function fail(message: string): void {
  process.send?.({ kind: 'failed', message: message.slice(0, 500) } satisfies Answer, () => process.exit(1));
}

const require = createRequire(import.meta.url);
const wrtcPath = process.argv[2] ?? '';
const wrtc = require(wrtcPath) as Wrtc;
const { version } = require(`${wrtcPath.replace(/[\\/]lib[\\/][^\\/]*$/, '')}/package.json`) as { version: string };

const connection: WrtcConnection = new wrtc.RTCPeerConnection({ iceServers: [] });
const source = new wrtc.nonstandard.RTCAudioSource();
const ear = createEar(tell);
const mouth = createMouth((sound) => source.onData(sound));
/** What is counted in samples, as it was when the speech was over. */
let atEndOfSpeech: Awaited<ReturnType<typeof inboundVoice>> = null;

connection.addTrack(source.createTrack());
connection.ontrack = ({ track }) => {
  const sink = new wrtc.nonstandard.RTCAudioSink(track);
  sink.ondata = ear.hear;
};
connection.ondatachannel = ({ channel }) => {
  channel.onmessage = ({ data }) => channel.send(data);
};
process.on('message', (order: Order) => {
  obey(order).catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
});
tell({ kind: 'ready', version });

async function obey(order: Order): Promise<void> {
  switch (order.kind) {
    case 'accept-offer':
      await connection.setRemoteDescription({ type: 'offer', sdp: order.sdp });
      await connection.setLocalDescription(await connection.createAnswer());
      watchTransport();
      await gathered();
      return tell({ kind: 'answer', sdp: connection.localDescription?.sdp ?? '' });
    case 'connect':
      for (const candidate of order.candidates) await connection.addIceCandidate({ candidate, sdpMLineIndex: 0 });
      return;
    case 'speech':
      return mouth.take(order.samples);
    case 'speak':
      tell({
        kind: 'speaking',
        atMs: mouth.speak(async () => {
          atEndOfSpeech = await inboundVoice(connection);
        }),
      });
      return;
    case 'round-trip':
      return tell({ kind: 'round-trip', seconds: await roundTripSeconds(connection) });
    case 'finish': {
      const inbound = await inboundVoice(connection);
      ear.stop();
      return tell({ kind: 'finished', inbound: inbound === null ? null : { ...inbound.members, ...(atEndOfSpeech ?? inbound).inSamples } });
    }
    case 'close':
      process.exit(0);
  }
}

/** Tells how ICE and DTLS end, each for itself: the connection's own states wait for both. */
function watchTransport(): void {
  const dtls = connection.getReceivers()[0]?.transport;
  if (!dtls) throw new Error('libwebrtc has no transport for the voice');
  const watch = (layer: 'ice' | 'dtls', transport: WrtcTransport): void => {
    const look = (): void => {
      const { state } = transport;
      if (state === 'connected' || state === 'completed') tell({ kind: 'transport', layer, outcome: 'connected' });
      if (state === 'failed' || state === 'closed') tell({ kind: 'transport', layer, outcome: 'failed' });
    };
    transport.onstatechange = look;
    look();
  };
  watch('ice', dtls.iceTransport);
  watch('dtls', dtls);
}

/** Every interface has told its addresses. */
function gathered(): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (connection.iceGatheringState === 'complete') resolve();
    };
    connection.onicegatheringstatechange = look;
    look();
  });
}
