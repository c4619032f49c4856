import type { EngineKind } from '../../core/call-plan.ts';
import type { Clock } from '../../core/clock.ts';
import type { Signal } from '../../core/signal.ts';
import type { LoopbackEndpoint, SocketEndpoint } from '../../path/relay-address.ts';
import { openChromium } from './chromium-peer.ts';
import type { EngineOptions, EnginePeer } from './engine-peer.ts';
import { startLibwebrtc } from './libwebrtc-peer.ts';

/** The address everything of a call is bound to. */
const LOOPBACK = '127.0.0.1';

/** Starts an engine in a process of its own. Rejects with EngineMissingError when it is not on this machine, or does not start. */
export type StartEngine = (options: EngineOptions) => Promise<EnginePeer>;

/** The engines there are. */
export const ENGINES: Readonly<Record<EngineKind, StartEngine>> = {
  libwebrtc: startLibwebrtc,
  chromium: openChromium,
};

/** An engine that waits for its call. */
export interface StartedEngine {
  readonly peer: EnginePeer;
  /** Who is told of its candidates. Set before it is asked to describe itself. */
  readonly candidates: { own(endpoint: LoopbackEndpoint): void; other(endpoint: SocketEndpoint): void };
}

/**
 * Starts an engine for the end of a call on this machine.
 * @param speech all that it says, silence before and after included: mono at 48 kHz
 * @param signal ends the start: the engine then rejects as soon as it can
 */
export async function prepareEngine(start: StartEngine, speech: Signal, clock: Clock, signal?: AbortSignal): Promise<StartedEngine> {
  const candidates: StartedEngine['candidates'] = { own: () => undefined, other: () => undefined };
  const peer = await start({
    address: LOOPBACK,
    speech,
    clock,
    ...(signal === undefined ? {} : { signal }),
    onCandidate: (endpoint) => candidates.own(endpoint),
    onOtherCandidate: (endpoint) => candidates.other(endpoint),
  });
  return { peer, candidates };
}
