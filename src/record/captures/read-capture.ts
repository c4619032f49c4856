import { UserError } from '../../core/errors.ts';
import type { Arrival } from '../../core/packet.ts';
import { isRtpdump, readRtpdump, rtpdumpStartMs } from '../rtpdump.ts';
import { type Datagram, datagramOf } from './datagram.ts';
import type { Frame } from './frame.ts';
import { isPcap, readPcap } from './pcap.ts';
import { isPcapng, readPcapng } from './pcapng.ts';
import { type CapturedStream, createStreamFinder } from './streams.ts';

export type CaptureFormat = 'rtpdump' | 'pcap' | 'pcapng';

/** What is told of a file beside its streams. */
export interface Capture {
  readonly format: CaptureFormat;
  /** Time 0 of its packets, ms since the Unix epoch; null where the file does not tell. */
  readonly startedAtMs: number | null;
  readonly streams: readonly CapturedStream[];
  /** Whether two ends agreed on keys in it (DTLS): media between them is encrypted. */
  readonly keysAgreed: boolean;
  /** Whether the file ends inside a packet. */
  readonly endsInside: boolean;
  /** Frames of kinds that are not read: unknown links, fragments of datagrams, without a time, and datagrams of which a part was not captured. */
  readonly passedOver: Readonly<Record<'unknownLink' | 'fragments' | 'untimed' | 'cut', number>>;
}

/** First byte of a DTLS handshake record, and of its version, which counts down from 0xfe (RFC 9147 section 4, RFC 7983 section 7). */
const DTLS_HANDSHAKE = 22;
const DTLS_VERSION = 0xfe;

/**
 * Finds the RTP streams in a capture of plain packets: rtpdump, pcap or pcapng, told by its first bytes. RTP is told by its version, and by sources whose
 * packets are numbered in turn; nothing is decrypted. Throws UserError when the file is none of these, contradicts itself, or holds too much.
 */
export function readCapture(bytes: Uint8Array, name: string): Capture {
  if (isRtpdump(bytes)) return fromRtpdump(bytes, name);
  if (isPcap(bytes)) return fromFrames('pcap', name, (visit) => readPcap(bytes, name, visit));
  if (isPcapng(bytes)) return fromFrames('pcapng', name, (visit) => readPcapng(bytes, name, visit));
  throw new UserError(
    'capture-format',
    `${name} is not a capture: neither rtpdump, pcap nor pcapng`,
    'give a capture of RTP packets, or the folder of a run',
  );
}

function fromRtpdump(bytes: Uint8Array, name: string): Capture {
  const bySource = new Map<number, Arrival[]>();
  for (const packet of readRtpdump(bytes, name)) {
    const others = bySource.get(packet.ssrc);
    if (others === undefined) bySource.set(packet.ssrc, [packet]);
    else others.push(packet);
  }
  return {
    format: 'rtpdump',
    startedAtMs: rtpdumpStartMs(bytes),
    streams: [...bySource].map(([ssrc, packets]) => ({ ssrc, sourcePort: null, destinationPort: null, packets })),
    keysAgreed: false,
    endsInside: false,
    passedOver: { unknownLink: 0, fragments: 0, untimed: 0, cut: 0 },
  };
}

type ReadFrames = (visit: (frame: Frame) => void) => { readonly endsInside: boolean };

function fromFrames(format: CaptureFormat, name: string, read: ReadFrames): Capture {
  const finder = createStreamFinder(name);
  const passedOver = { unknownLink: 0, fragments: 0, untimed: 0, cut: 0 };
  let startedAtMs: number | null = null;
  let keysAgreed = false;
  const { endsInside } = read(({ timeMs, linkType, bytes }) => {
    const datagram = datagramOf(linkType, bytes);
    if (datagram === 'unknown-link') passedOver.unknownLink++;
    else if (datagram === 'fragment') passedOver.fragments++;
    else if (typeof datagram === 'object' && timeMs === null) passedOver.untimed++;
    if (typeof datagram === 'string' || timeMs === null) return;
    startedAtMs ??= timeMs;
    const { payload } = datagram;
    if (datagram.cut) passedOver.cut++;
    else if (payload[0] === DTLS_HANDSHAKE && payload[1] === DTLS_VERSION) keysAgreed = true;
    else finder.add(flowOf(datagram), payload, Math.round(timeMs - startedAtMs));
  });
  return { format, startedAtMs, streams: finder.streams(), keysAgreed, endsInside, passedOver };
}

function flowOf({ source, destination, sourcePort, destinationPort }: Datagram): {
  readonly key: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
} {
  return { key: `${source}:${sourcePort}>${destination}:${destinationPort}`, sourcePort, destinationPort };
}
