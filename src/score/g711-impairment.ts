/** G.711 is the reference that narrowband impairments are told against (ITU-T G.113 Appendix I). */
export const G711_IE = 0;

/** Packet-loss robustness of G.711 by whether gaps are filled: with the concealment of G.711 Appendix I, and without any (G.113 Appendix I). */
const BPL_FILLED = 25.1;
const BPL_SILENT = 4.3;

/** Bpl of G.711, for packets lost at random; G.107 divides the loss by its burst ratio where they are not. */
export function g711Bpl(gapsFilled: boolean): number {
  return gapsFilled ? BPL_FILLED : BPL_SILENT;
}
