import type { PacketClass } from '../../core/packet.ts';
import { PACKET_CLASSES } from './rule-fields.ts';

/** Words for packets on the command line, and the classes they stand for: every class by its name, and groups of them. */
const CLASSES_OF: ReadonlyMap<string, readonly PacketClass[]> = new Map<string, readonly PacketClass[]>([
  ...PACKET_CLASSES.map((name) => [name, [name]] as const),
  ['media', ['rtp', 'rtcp']],
  ['dtls', ['dtls-handshake', 'dtls-data']],
  ['turn', ['turn-channel']],
  // All but the texts beside the call.
  ['call', PACKET_CLASSES.filter((name) => name !== 'text')],
]);

export const CLASS_WORDS: readonly string[] = [...CLASSES_OF.keys()];

/** The classes a word stands for; null when it stands for none. */
export function classesOf(word: string): readonly PacketClass[] | null {
  return CLASSES_OF.get(word) ?? null;
}

/** The word or words for these classes: {@link classesOf} of them, one after the other, gives the classes in this order. */
export function printClasses(classes: readonly PacketClass[]): string {
  const key = classes.join('+');
  return [...CLASSES_OF].find(([, group]) => group.length > 1 && group.join('+') === key)?.[0] ?? key;
}
