/** Largest rule file read, bytes: room for a trace of 100,000 packets. */
export const MAX_PATH_FILE_BYTES: number = 1024 * 1024;
/** Longest path written on a command line, characters. */
export const MAX_INLINE_LENGTH = 20_000;
export const MAX_RULES = 100;
/** Longest trace, packets: over half an hour of voice. */
export const MAX_TRACE_PACKETS = 100_000;
/** Longest list of delays. */
export const MAX_DELAYS = 10_000;
/** An hour: longer than any call. */
export const MAX_MS = 3_600_000;
export const MAX_PACKETS = 1_000_000_000;
export const MAX_BYTES = 1_000_000_000_000;
/** Largest IPv4 datagram, bytes (RFC 791). */
export const MAX_DATAGRAM_BYTES = 65_535;
/** Slowest and fastest link, bit/s. */
export const MIN_RATE_BPS = 100;
export const MAX_RATE_BPS = 100_000_000_000;
