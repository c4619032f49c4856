/** A candidate of a description, and which of its media it belongs to, counted from 0. */
export interface IceCandidateLine {
  readonly candidate: string;
  readonly sdpMLineIndex: number;
}

/**
 * Takes the candidates out of a description, to be given later: an engine begins to send as soon as it knows where to, and the relay may not know of its
 * own address by then.
 */
export function splitCandidates(sdp: string): { readonly sdp: string; readonly candidates: IceCandidateLine[] } {
  const candidates: IceCandidateLine[] = [];
  let medium = -1;
  const lines = sdp.split('\r\n').filter((line) => {
    if (line.startsWith('m=')) medium++;
    if (line === 'a=end-of-candidates') return false;
    if (!line.startsWith('a=candidate:')) return true;
    candidates.push({ candidate: line.slice('a='.length), sdpMLineIndex: Math.max(0, medium) });
    return false;
  });
  return { sdp: lines.join('\r\n'), candidates };
}
