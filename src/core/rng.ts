/** Seeded randomness. Equal seeds and labels give equal sequences on every platform; 0 is a seed like any other. */
export interface Rng {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** An independent stream, fixed by this stream's seed and the label alone: what one consumer draws never moves another's. */
  fork(label: string): Rng;
}

/** FNV-1a, 32 bits, over UTF-16 code units: offset basis and prime as published by Fowler, Noll and Vo. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** SplitMix32: spreads a seed over the generator's state so that neighbouring seeds share nothing. */
function splitMix(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

/**
 * Makes a generator: sfc32 (Doty-Humphrey's "small fast counting", 128 bits of state), which passes PractRand.
 * @param seed any finite number; its 53-bit integer part is used
 */
export function createRng(seed: number): Rng {
  return fromKey(`${Math.trunc(seed)}`);
}

function fromKey(key: string): Rng {
  const seeded = splitMix(hash(key));
  let a = seeded();
  let b = seeded();
  let c = seeded() ^ hash(`${key}#`);
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  return { next, fork: (label) => fromKey(`${key}/${label}`) };
}
