import { UserError } from '../../core/errors.ts';

/** One packet as it was captured. */
export interface Frame {
  /** When it was seen, ms since the Unix epoch; null where the file does not tell. */
  readonly timeMs: number | null;
  /** What its first bytes are: a LINKTYPE_ number of the tcpdump group's registry. */
  readonly linkType: number;
  readonly bytes: Uint8Array;
  /** Whether it was longer on the wire than it is here. */
  readonly cut: boolean;
}

/** Takes the frames of a file one by one, in its order. */
export type FrameVisitor = (frame: Frame) => void;

/** No link that carries voice has larger frames, bytes: tcpdump's own limit. A length beyond it is a damaged one. */
export const MAX_FRAME_BYTES = 262_144;

/** A file that contradicts itself. */
export function damagedCapture(name: string, why: string): UserError {
  return new UserError(
    'capture-damaged',
    `${name} is damaged: ${why}`,
    'copy it again, or repair it with Wireshark (save it under another name)',
  );
}
