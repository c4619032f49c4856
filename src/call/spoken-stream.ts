/** What one side says, encoded beforehand. */
export interface SpokenStream {
  /** One RTP payload per packet time; null where DTX sends nothing. */
  readonly packets: readonly (Uint8Array | null)[];
}
