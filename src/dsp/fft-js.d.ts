/** The part of fft-js that is used: it ships no types. */
declare module 'fft-js' {
  const library: {
    /** Turns `vector` (power-of-two length, real) in place into an array of [real, imaginary] pairs. */
    fftInPlace(vector: unknown[]): void;
  };
  export = library;
}
