import { asCarried } from '../audio/call-codec.ts';
import type { CodecSettings } from '../core/call-plan.ts';
import type { Signal } from '../core/signal.ts';
import { type PreparedReference, prepareReference } from '../score/prepared-reference.ts';

/** Keeps the reference that was last scored against, prepared, for as long as others have the same: some 13 MB for 10 s. */
export interface ReferenceKeeper {
  /** A reference as a codec can carry it, prepared. The same object again while sound and codec stay the same. */
  carried(reference: Signal, codec: Pick<CodecSettings, 'name'>): PreparedReference;
}

/** Makes a keeper that has nothing yet. Sounds are told apart by their samples: what comes from another thread is a copy each time. */
export function createReferenceKeeper(): ReferenceKeeper {
  let last: { readonly reference: Signal; readonly codec: string; readonly prepared: PreparedReference } | null = null;
  return {
    carried: (reference, codec) => {
      if (last?.codec === codec.name && sameSound(last.reference, reference)) return last.prepared;
      const prepared = prepareReference(asCarried(reference, codec));
      last = { reference, codec: codec.name, prepared };
      return prepared;
    },
  };
}

function sameSound(a: Signal, b: Signal): boolean {
  if (a === b) return true;
  if (a.sampleRateHz !== b.sampleRateHz || a.samples.length !== b.samples.length) return false;
  return a.samples.every((x, i) => x === b.samples[i]);
}
