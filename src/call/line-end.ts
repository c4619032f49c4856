import type { CodecSettings } from '../core/call-plan.ts';
import type { Relay, Side } from '../path/relay.ts';
import { askOfEncoder } from './engines/encoder-request.ts';
import type { EnginePeer } from './engines/engine-peer.ts';
import type { StartedEngine } from './engines/start-engine.ts';
import type { Peer } from './peer.ts';
import { keepCandidatesOn } from './signalling.ts';

/** One end of a call: our own peer, which sends packets and tells of each that comes, or a real engine, which speaks and listens for itself. */
export type LineEnd = Peer | EnginePeer;

export function isEngine(end: LineEnd): end is EnginePeer {
  return 'speak' in end;
}

/** False once nothing can be sent any more. What an engine still does is seen at the relay, and by the other end. */
export function maySend(end: LineEnd): boolean {
  return isEngine(end) || end.maySend();
}

/**
 * Puts a started engine at an end of the line: the relay learns where it is, the other side only what goes through the relay, and the engine how the
 * plan wants it to encode.
 */
export function placeEngine({ peer, candidates }: StartedEngine, side: Side, relay: Relay, codec: CodecSettings): EnginePeer {
  candidates.own = (endpoint) => relay.setPeer(side, endpoint);
  candidates.other = (endpoint) => relay.disregard(side, endpoint);
  const throughRelay = (description: string): string => {
    const { sdp, kept, others } = keepCandidatesOn(description, relay.address);
    for (const endpoint of kept) candidates.own(endpoint);
    for (const endpoint of others) candidates.other(endpoint);
    return sdp;
  };
  return {
    ...peer,
    createOffer: async () => throughRelay(await peer.createOffer()),
    acceptOffer: async (offer) => throughRelay(await peer.acceptOffer(askOfEncoder(offer, codec))),
    acceptAnswer: (answer) => peer.acceptAnswer(askOfEncoder(answer, codec)),
  };
}

/** Which engine sits at which end, in words; null in a call of our own peers. */
export function engineName(ends: Readonly<Record<Side, LineEnd>>): string | null {
  const side = (['caller', 'callee'] as const).find((candidate) => isEngine(ends[candidate]));
  return side === undefined ? null : `the ${side}'s engine, ${(ends[side] as EnginePeer).name},`;
}

/** Resolves when an engine at either end breaks, and says which. Stays open in a call of our own peers. */
export function engineBroken(ends: Readonly<Record<Side, LineEnd>>): Promise<string> {
  const breaking = (['caller', 'callee'] as const).flatMap((side) => {
    const end = ends[side];
    return isEngine(end) && end.broken !== undefined ? [end.broken.then((why) => `the ${side}'s engine, ${end.name}, failed: ${why}`)] : [];
  });
  return Promise.race([...breaking, new Promise<never>(() => undefined)]);
}
