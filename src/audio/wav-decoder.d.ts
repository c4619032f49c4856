/** wav-decoder 1.3.0 ships no types. Only the part used here is declared. */
declare module 'wav-decoder' {
  interface DecodedWav {
    readonly numberOfChannels: number;
    readonly length: number;
    readonly sampleRate: number;
    readonly channelData: readonly Float32Array[];
  }
  interface DecodeOptions {
    /** Integers are divided by 2^(bits-1) on both sides of zero. */
    readonly symmetric?: boolean;
  }
  export const decode: {
    (buffer: ArrayBuffer, options?: DecodeOptions): Promise<DecodedWav>;
    sync(buffer: ArrayBuffer, options?: DecodeOptions): DecodedWav;
  };
}
