/** Largest rule file read, bytes: room for a trace of the longest kind. */
export const MAX_PATH_FILE_BYTES: number = 1024 * 1024;
/** Longest path written on a command line, characters. */
export const MAX_INLINE_LENGTH = 20_000;
export const MAX_RULES = 100;
/** Larger counts of packets or bytes than any call comes to. */
export const MAX_PACKETS = 1_000_000_000;
export const MAX_WINDOW_BYTES = 1_000_000_000_000;
/** Largest IPv4 datagram, bytes (RFC 791). */
export const MAX_DATAGRAM_BYTES = 65_535;
/** Slowest and fastest link, bit/s. */
export const MIN_RATE_BPS = 1;
export const MAX_RATE_BPS = 100_000_000_000;
