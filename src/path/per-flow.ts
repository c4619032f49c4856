import type { PathPacket } from './impairment.ts';

/** 5-tuples told apart; what comes beyond is taken for one, so that no stream of new ports takes all memory. */
const MAX_FLOWS = 4096;

/** One state for each 5-tuple, the same for its two directions, made when its first packet asks. */
export function createPerFlow<State>(create: () => State): (packet: PathPacket) => State {
  const states = new Map<string, State>();
  return ({ flow, packetClass }) => {
    const own = flow ?? (packetClass === 'text' ? 'tcp' : 'udp');
    const name = states.size < MAX_FLOWS || states.has(own) ? own : 'beyond';
    let state = states.get(name);
    if (state === undefined) {
      state = create();
      states.set(name, state);
    }
    return state;
  };
}
