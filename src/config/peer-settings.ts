import { type CallPeers, type CodecSettings, PEER_KINDS, type PeerKind } from '../core/call-plan.ts';
import { UserError } from '../core/errors.ts';

/** The flags that say what sits at the ends of the call, as given. */
export interface PeerFlags {
  readonly caller?: string;
  readonly callee?: string;
  readonly turn?: string;
}

/** libwebrtc answers calls and places none. */
const CALLERS: readonly PeerKind[] = PEER_KINDS.filter((kind) => kind !== 'libwebrtc');

/** What sits at each end. Throws UserError for an unknown peer, two real engines, and a real engine over a real network or with a codec it has not. */
export function resolvePeers(flags: PeerFlags, codec: CodecSettings): CallPeers {
  const caller = resolvePeer('--caller', flags.caller, CALLERS);
  const callee = resolvePeer('--callee', flags.callee, PEER_KINDS);
  if (caller !== 'callprobe' && callee !== 'callprobe') {
    throw new UserError(
      'contradictory-flags',
      `--caller ${caller} and --callee ${callee} leave callprobe no end of the call to measure from`,
      'give one of them',
    );
  }
  const engine = caller === 'callprobe' ? callee : caller;
  if (engine !== 'callprobe' && flags.turn !== undefined) {
    throw new UserError(
      'contradictory-flags',
      `${engine} is measured at the emulated path, and with --turn the packets also cross a real network, where nobody sees which it gets`,
      'leave out --turn, or call between two peers of callprobe',
    );
  }
  // Measured: Chromium plays G.711 at 8 kHz, where it is recorded at 48.
  if (engine === 'chromium' && codec.name !== 'opus') {
    throw new UserError(
      'contradictory-flags',
      `chromium is called with Opus alone, not ${codec.name}`,
      'take --codec opus, or --callee libwebrtc',
    );
  }
  // Whoever calls offers, and Chromium's offer is kept to Opus without redundancy.
  if (caller === 'chromium' && codec.redundancy !== undefined) {
    throw new UserError(
      'contradictory-flags',
      'chromium calls without redundancy (--red)',
      'leave out --red, or let it answer: --callee chromium',
    );
  }
  // Measured: libwebrtc M106 knows redundancy of 48 kHz audio alone, and plays that of G.711 as noise.
  if (engine !== 'callprobe' && codec.name !== 'opus' && codec.redundancy !== undefined) {
    throw new UserError('contradictory-flags', `${engine} has redundancy (--red) for Opus alone`, 'leave out --red, or take --codec opus');
  }
  return { caller, callee };
}

function resolvePeer(flag: string, given: string | undefined, allowed: readonly PeerKind[]): PeerKind {
  if (given === undefined) return 'callprobe';
  const kind = allowed.find((candidate) => candidate === given);
  if (kind !== undefined) return kind;
  if (given === 'libwebrtc') {
    throw new UserError('bad-choice', 'libwebrtc answers calls and places none here', 'give --callee libwebrtc');
  }
  throw new UserError('bad-choice', `${flag} takes ${allowed.join(', ')}, not "${given}"`, `choose one of ${allowed.join(', ')}`);
}
