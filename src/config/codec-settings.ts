import { CODEC_NAMES, type CodecSettings, type G711Settings, type OpusSettings, type PlayoutSettings } from '../core/call-plan.ts';
import { UserError } from '../core/errors.ts';
import { DEFAULT_CODEC } from './defaults.ts';
import { oneOf, parseRateBps, parseRatio, parseWhole } from './parse.ts';

/** The flags of the codec as given: text, or absent. */
export interface CodecFlags {
  readonly codec?: string;
  readonly bitrate?: string;
  readonly complexity?: string;
  readonly fec?: boolean;
  readonly declaredLoss?: string;
  readonly dtx?: boolean;
  readonly ptime?: string;
  readonly red?: string;
}

/** Opus' own limits (RFC 6716 section 2.1.1: 6–510 kbit/s). */
const BITRATE_BPS = { min: 6_000, max: 510_000 };
const PACKET_TIMES_MS = [20, 40, 60] as const;

/** G.711 has one rate: 8000 samples of a byte a second. */
const G711_BITRATE_BPS = 64_000;

/** What a packet with redundancy may hold, bytes, and what each payload in it takes besides its own (RFC 2198; the size is libwebrtc's). */
const MAX_REDUNDANT_PACKET_BYTES = 1200;
const REDUNDANCY_HEADER_BYTES = 4;

/** The flags that set the Opus encoder, by their names. */
const NEEDS_OPUS: readonly (readonly [keyof CodecFlags, string])[] = [
  ['bitrate', '--bitrate'],
  ['complexity', '--complexity'],
  ['fec', '--no-fec'],
  ['declaredLoss', '--declared-loss'],
  ['dtx', '--dtx'],
];

/** The codec of a run, defaults filled in. Throws UserError for what it cannot do, and for flags that another codec has. */
export function resolveCodec(flags: CodecFlags): CodecSettings {
  const name = flags.codec === undefined ? DEFAULT_CODEC.name : oneOf(flags.codec, CODEC_NAMES, '--codec', flags.codec);
  return name === 'opus' ? resolveOpus(flags) : resolveG711(name, flags);
}

function resolveOpus(flags: CodecFlags): OpusSettings {
  const base = DEFAULT_CODEC;
  const bitrateBps = flags.bitrate === undefined ? base.bitrateBps : parseRateBps(flags.bitrate, '--bitrate');
  if (bitrateBps < BITRATE_BPS.min || bitrateBps > BITRATE_BPS.max) {
    throw new UserError('bad-bitrate', `--bitrate ${flags.bitrate} is outside what Opus can do`, 'choose between 6k and 510k');
  }
  return {
    name: 'opus',
    bitrateBps,
    complexity: flags.complexity === undefined ? base.complexity : parseWhole(flags.complexity, '--complexity', 0, 10),
    fec: flags.fec ?? base.fec,
    declaredLossRatio: flags.declaredLoss === undefined ? base.declaredLossRatio : parseRatio(flags.declaredLoss, '--declared-loss'),
    dtx: flags.dtx ?? base.dtx,
    packetTimeMs: resolvePacketTime(flags),
    ...resolveRedundancy(flags),
  };
}

function resolveG711(name: G711Settings['name'], flags: CodecFlags): G711Settings {
  const foreign = NEEDS_OPUS.find(([flag]) => flags[flag] !== undefined);
  if (foreign !== undefined) {
    throw new UserError(
      'contradictory-flags',
      `${foreign[1]} sets the Opus encoder, and the codec is ${name}`,
      'leave it out, or take --codec opus',
    );
  }
  const packetTimeMs = resolvePacketTime(flags);
  const redundancy = resolveRedundancy(flags);
  const payloads = 1 + (redundancy.redundancy ?? 0);
  const bytes = payloads * ((packetTimeMs * G711_BITRATE_BPS) / 8_000 + REDUNDANCY_HEADER_BYTES);
  if (bytes > MAX_REDUNDANT_PACKET_BYTES) {
    throw new UserError(
      'contradictory-flags',
      `${payloads} payloads of ${packetTimeMs} ms of G.711 do not fit into a packet of ${MAX_REDUNDANT_PACKET_BYTES} bytes`,
      'lower --red or --ptime',
    );
  }
  return { name, bitrateBps: G711_BITRATE_BPS, packetTimeMs, ...redundancy };
}

function resolvePacketTime({ ptime }: CodecFlags): CodecSettings['packetTimeMs'] {
  return ptime === undefined ? DEFAULT_CODEC.packetTimeMs : oneOf(Number(ptime.replace(/ms$/, '')), PACKET_TIMES_MS, '--ptime', ptime);
}

function resolveRedundancy({ red }: CodecFlags): Pick<CodecSettings, 'redundancy'> {
  const redundancy = red === undefined ? 0 : parseWhole(red, '--red', 0, 2);
  return redundancy === 1 || redundancy === 2 ? { redundancy } : {};
}

/** Throws UserError when a receiver is to ask a codec for its own concealment that has none. */
export function checkConcealment({ concealment }: PlayoutSettings, { name }: Pick<CodecSettings, 'name'>): void {
  if (concealment !== 'opus' || name === 'opus') return;
  throw new UserError(
    'contradictory-flags',
    `--concealment opus asks for the concealment of Opus, and the codec is ${name}, which has none`,
    'choose neteq, repeat or silence',
  );
}
